// The nested scopes of one function body, and the registers that names stand for in them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "syntax.h"

namespace cudal1::sim {

class RegisterScopes {
 public:
  explicit RegisterScopes(ParsedFunction& function) : function_(function) {}

  // A new scope inside the current one, the first being the function's own.
  void open();
  void close();
  uint32_t current() const { return scope_; }
  int depth() const { return depth_; }

  void add(const std::string& name, Type type);
  // prefix0, prefix1, …
  void add_numbered(std::string_view prefix, Type type, int64_t count);
  // Index into ParsedFunction::registers; -1 when the name stands for none.
  int find(std::string_view name) const;

 private:
  int find_numbered(uint32_t scope, std::string_view name) const;

  ParsedFunction& function_;
  std::vector<std::map<std::string, int, std::less<>>> names_;  // by scope
  std::map<std::string, std::pair<int, int>> numbered_;         // "scope:%r" → first, count
  uint32_t scope_ = 0;
  int depth_ = 0;
};

}  // namespace cudal1::sim
