#include "policy/json_fields.h"

#include "cudal1/core/error.h"

namespace cudal1::policy {
namespace {

using nlohmann::json;

constexpr int kDeepest = 64;

const json& field(const json& object, const std::string& key, const std::string& name) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (found == object.end()) throw DataError(name + ": \"" + key + "\" is missing");
  return *found;
}

}  // namespace

json parse_object(const std::string& text, const std::string& name) {
  const auto shallow = [&](int depth, json::parse_event_t, json&) {
    if (depth > kDeepest) throw DataError(name + ": nested too deep");
    return true;
  };
  json value = json::parse(text, shallow, /*allow_exceptions=*/false);
  if (!value.is_object()) throw DataError(name + ": not a JSON object");
  return value;
}

const json& array_in(const json& object, const std::string& key, const std::string& name) {
  const json& value = field(object, key, name);
  if (!value.is_array()) throw DataError(name + ": \"" + key + "\" is no array");
  return value;
}

std::string text_in(const json& object, const std::string& key, const std::string& name) {
  const json& value = field(object, key, name);
  if (!value.is_string()) throw DataError(name + ": \"" + key + "\" is no text");
  return value.get<std::string>();
}

}  // namespace cudal1::policy
