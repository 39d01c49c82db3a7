#include "cudal1/cli/resume.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cudal1/cli/command_line.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;

fs::path manifest_of(const std::string& directory) {
  const fs::path path = fs::path(directory) / "manifest.json";
  std::error_code ignored;
  if (fs::exists(path, ignored)) return path;
  throw DataError("there is no run in '" + directory + "': it has no manifest.json",
                  "Runs are in cudal1-runs/, unless --run-dir chose another place.");
}

}  // namespace

std::string config_of_run(const std::string& directory) {
  return (manifest_of(directory).parent_path() / "config.json").string();
}

std::vector<std::string> arguments_of_run(const std::string& directory) {
  const fs::path path = manifest_of(directory);
  try {
    const std::vector<std::string> argv = nlohmann::json::parse(read_file(path)).at("argv");
    if (argv.size() < 2) return {};
    return parse_command_line(kOptimize, {argv.begin() + 2, argv.end()}).arguments;
  } catch (const nlohmann::json::exception& error) {
    throw DataError("'" + path.string() + "' is damaged: " + error.what(), "Start a new run.");
  }
}

}  // namespace cudal1::cli
