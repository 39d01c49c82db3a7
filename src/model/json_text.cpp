#include "json_text.h"

#include <set>
#include <vector>

#include "cudal1/core/error.h"
#include "cudal1/core/shorten.h"
#include "cudal1/core/visible.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 64;
constexpr size_t kShownBytes = 120;

std::string brief(std::string_view text) { return visible(shortened(text, kShownBytes)); }

// Watches the parser at work: what it refuses need not be built first.
class Watch {
 public:
  explicit Watch(const std::string& name) : name_(name) {}

  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxDepth)
      throw DataError(name_ + ": nested deeper than " + std::to_string(kMaxDepth) + " levels");
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) once(parsed.get_ref<const std::string&>());
    return true;
  }

 private:
  void once(const std::string& key) {
    if (!open_.back().insert(key).second)
      throw DataError(name_ + ": the key " + shown(key) + " stands twice in one object");
  }

  const std::string& name_;
  std::vector<std::set<std::string>> open_;
};

}  // namespace

json parse_json(const std::string& text, const std::string& name) {
  try {
    return json::parse(text, Watch(name));
  } catch (const json::exception& error) {
    throw DataError(name + " is not JSON: " + brief(error.what()));
  }
}

std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array() && value.size() > 8)
    return "an array of " + std::to_string(value.size()) + " elements";
  return brief(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace cudal1::model
