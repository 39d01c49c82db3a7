// Reading T1 JSON with every mistake named by its path.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cudal1/core/error.h"

namespace cudal1::program::t1 {

using Json = nlohmann::json;

// A JSON value that knows the file and the path that led to it.
class Node {
 public:
  Node(const Json& json, std::string file, std::string path = "")
      : json_(&json), file_(std::move(file)), path_(std::move(path)) {}

  [[noreturn]] void fail(const std::string& what, const std::string& advice = "") const;

  bool has(std::string_view key) const;
  Node at(std::string_view key) const;  // fails when missing
  Node at(size_t index) const;
  size_t size() const { return json_->size(); }

  bool is_string() const { return json_->is_string(); }
  bool is_number() const { return json_->is_number(); }
  bool is_array() const { return json_->is_array(); }
  bool is_object() const { return json_->is_object(); }
  const Json& json() const { return *json_; }
  const std::string& path() const { return path_; }

  std::string string() const;  // fails unless it is one
  std::string word(std::initializer_list<std::string_view> allowed) const;
  const Node& array() const;  // *this, fails unless it is one
  const Node& object() const;
  // A number or boolean as text, or the text itself: what T1 takes as an expression.
  std::string expression() const;
  // Runs `action`; a DataError from an expression gets this node's path.
  template <typename Action>
  auto with_path(Action action) const {
    try {
      return action();
    } catch (const DataError& error) {
      throw DataError(where() + error.what(), error.advice());
    }
  }

 private:
  std::string where() const;
  const Json* json_;
  std::string file_;
  std::string path_;
};

Json parse_json(const std::string& file, std::string_view text);

}  // namespace cudal1::program::t1
