#include "manifest.h"

#include <nlohmann/json.hpp>

namespace cudal1::search {
namespace {
constexpr const char* kSchema = "cudal1.run/1.0.0";
}

std::string to_json(const Manifest& manifest) {
  const nlohmann::ordered_json object = {
      {"schema", kSchema},
      {"started", manifest.started},
      {"version", manifest.version},
      {"argv", manifest.argv},
      {"device", manifest.device},
      {"task", {{"path", manifest.task_path}, {"id", manifest.task_id}}},
      {"seed", manifest.seed},
  };
  return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::optional<Manifest> manifest_from_json(std::string_view text) {
  try {
    const auto object = nlohmann::json::parse(text);
    if (object.at("schema") != kSchema || !object.at("seed").is_number_unsigned())
      return std::nullopt;
    return Manifest{.argv = object.at("argv"),
                    .version = object.at("version"),
                    .device = object.at("device"),
                    .task_path = object.at("task").at("path"),
                    .task_id = object.at("task").at("id"),
                    .seed = object.at("seed"),
                    .started = object.at("started")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace cudal1::search
