#include "cudal1/train/metrics.h"

#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"

namespace cudal1::train {
namespace {

// The lines of steps up to `last`; a line that a kill has cut short is no line.
std::string lines_up_to(const std::filesystem::path& file, int64_t last) {
  std::ifstream stream(file);
  std::string kept;
  for (std::string line; std::getline(stream, line);) {
    const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (object.is_object() && object.contains("step") && object["step"].is_number_integer() &&
        object["step"] <= last)
      kept += line + "\n";
  }
  return kept;
}

}  // namespace

MetricsLog::MetricsLog(const std::filesystem::path& file, int64_t last_step) : file_(file) {
  write_file_atomically(file, lines_up_to(file, last_step));
  stream_.open(file, std::ios::app);
}

void MetricsLog::write(int64_t step, const std::map<std::string, double>& figures) {
  nlohmann::ordered_json object{{"step", step}};
  for (const auto& [name, value] : figures) object[name] = value;
  stream_ << object.dump() << std::endl;
  if (!stream_) throw OutputError("cannot write " + file_.string(), "Is the disk full?");
}

}  // namespace cudal1::train
