#include "program/t1_json.h"

#include "program/t1_expression.h"

namespace cudal1::program::t1 {

std::string Node::where() const { return file_ + ": " + (path_.empty() ? "" : path_ + ": "); }

void Node::fail(const std::string& what, const std::string& advice) const {
  throw DataError(where() + what, advice);
}

bool Node::has(std::string_view key) const {
  return json_->is_object() && json_->contains(std::string(key)) &&
         !(*json_)[std::string(key)].is_null();
}

Node Node::at(std::string_view key) const {
  const std::string name(key);
  const std::string path = path_.empty() ? name : path_ + "." + name;
  if (!has(key)) Node(*json_, file_, path).fail("missing", "add it to the specification");
  return Node((*json_)[name], file_, path);
}

Node Node::at(size_t index) const {
  return Node((*json_)[index], file_, path_ + "[" + std::to_string(index) + "]");
}

std::string Node::string() const {
  if (!json_->is_string()) fail(std::string("expected a string, found ") + json_->type_name());
  return json_->get<std::string>();
}

std::string Node::word(std::initializer_list<std::string_view> allowed) const {
  const std::string text = string();
  std::string list;
  for (const std::string_view candidate : allowed) {
    if (candidate == text) return text;
    list += (list.empty() ? "" : ", ") + std::string(candidate);
  }
  fail("'" + text + "' is not one of " + list);
}

const Node& Node::array() const {
  if (!json_->is_array()) fail(std::string("expected an array, found ") + json_->type_name());
  return *this;
}

const Node& Node::object() const {
  if (!json_->is_object()) fail(std::string("expected an object, found ") + json_->type_name());
  return *this;
}

std::string Node::expression() const {
  if (json_->is_string()) return json_->get<std::string>();
  if (json_->is_boolean()) return json_->get<bool>() ? "1" : "0";
  if (json_->is_number()) return format_number(json_->get<double>());
  fail(std::string("expected a number or an expression, found ") + json_->type_name());
}

Json parse_json(const std::string& file, std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    throw DataError(file + ":" + std::to_string(line) + ": this is no JSON: " + error.what(),
                    "--spec takes a T1 problem file, as kernel_tuner and KTT read it");
  } catch (const Json::exception& error) {  // a number that no double holds
    throw DataError(file + ": this is no JSON: " + error.what(),
                    "--spec takes a T1 problem file, as kernel_tuner and KTT read it");
  }
}

}  // namespace cudal1::program::t1
