// JSON that others wrote: nested at most so deep, no key twice, and every refusal a DataError that
// names the file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace cudal1::model {

nlohmann::json parse_json(const std::string& text, const std::string& name);

// For messages: short, texts in quotes, and nothing a terminal obeys.
std::string shown(const nlohmann::json& value);

}  // namespace cudal1::model
