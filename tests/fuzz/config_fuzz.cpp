#include <optional>
#include <stdexcept>

#include "cudal1/core/error.h"
#include "cudal1/model/config.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

std::optional<model::ModelConfig> read(std::string_view bytes) {
  try {
    return model::parse_config(std::string(bytes), "config.json");
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

// What is understood can be counted, and written, and is understood again.
void config(std::string_view bytes) {
  const auto config = read(bytes);
  if (!config) return;
  if (config->parameters() <= 0) throw std::logic_error("a model without parameters");
  if (model::parse_config(model::to_json(*config), "config.json") != *config)
    throw std::logic_error("what was read and written reads differently");
}

}  // namespace cudal1::fuzz
