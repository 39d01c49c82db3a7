// JSON that a server or a recording holds: every refusal is a DataError that begins with `name`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace cudal1::policy {

// An object, nested at most so deep.
nlohmann::json parse_object(const std::string& text, const std::string& name);
const nlohmann::json& array_in(const nlohmann::json& object, const std::string& key,
                               const std::string& name);
std::string text_in(const nlohmann::json& object, const std::string& key, const std::string& name);

}  // namespace cudal1::policy
