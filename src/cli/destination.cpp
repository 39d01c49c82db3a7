#include "cudal1/cli/destination.h"

#include <unistd.h>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
constexpr int kMaxNumber = 10'000;

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

void require_writable(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = folder_of(path);
  if (fs::is_directory(path, ignored))
    throw OutputError(path.string() + " is a folder; a file name is expected");
  if (!fs::is_directory(folder, ignored))
    throw OutputError("cannot write " + path.string() + ": there is no folder " + folder.string(),
                      "mkdir -p " + folder.string());
  const bool exists = fs::exists(path, ignored);
  if (access((exists ? path : folder).c_str(), W_OK) != 0)
    throw OutputError("cannot write " + path.string() + ": no permission", "Choose another place.");
}

Destination::Destination(const fs::path& input, const fs::path& chosen)
    : input_(input), chosen_(chosen) {
  std::error_code ignored;
  if (!chosen_.empty() && (fs::exists(chosen_, ignored) || fs::is_symlink(chosen_, ignored)))
    throw OutputError(chosen_.string() + " exists already and is not overwritten",
                      "Remove it, or choose another name with --output.");
  try {
    require_writable(chosen_.empty() ? numbered(1) : chosen_);
  } catch (const OutputError& error) {
    throw OutputError(error.what(), "Choose another place with --output FILE.");
  }
}

fs::path Destination::numbered(int number) const {
  const std::string suffix = number == 1 ? ".opt.cu" : ".opt-" + std::to_string(number) + ".cu";
  return input_.parent_path() / (input_.stem().string() + suffix);
}

fs::path Destination::preview() const {
  if (!chosen_.empty()) return chosen_;
  std::error_code ignored;
  int number = 1;
  while (number < kMaxNumber && fs::exists(numbered(number), ignored)) ++number;
  return numbered(number);
}

fs::path Destination::write(const std::string& content) const {
  if (!chosen_.empty()) {
    if (write_new_file(chosen_, content)) return chosen_;
    throw OutputError(
        chosen_.string() + " came into being while the search ran; it is not overwritten",
        "The winner is in the run directory.");
  }
  for (int number = 1; number < kMaxNumber; ++number)
    if (write_new_file(numbered(number), content)) return numbered(number);
  throw OutputError(
      "there are " + std::to_string(kMaxNumber) + " results beside " + input_.string() + " already",
      "Remove some, or choose a name with --output.");
}

}  // namespace cudal1::cli
