#include "register_scopes.h"

#include <charconv>

namespace cudal1::sim {
namespace {

std::string scope_key(uint32_t scope, std::string_view prefix) {
  return std::to_string(scope) + ":" + std::string(prefix);
}

}  // namespace

void RegisterScopes::open() {
  function_.scope_parent.push_back(scope_);
  function_.labels.emplace_back();
  names_.emplace_back();
  scope_ = uint32_t(function_.scope_parent.size() - 1);
  ++depth_;
}

void RegisterScopes::close() {
  scope_ = function_.scope_parent[scope_];
  --depth_;
}

void RegisterScopes::add(const std::string& name, Type type) {
  names_[scope_][name] = int(function_.registers.size());
  function_.registers.push_back({type});
}

void RegisterScopes::add_numbered(std::string_view prefix, Type type, int64_t count) {
  numbered_[scope_key(scope_, prefix)] = {int(function_.registers.size()), int(count)};
  for (int64_t i = 0; i < count; ++i) function_.registers.push_back({type});
}

int RegisterScopes::find(std::string_view name) const {
  for (uint32_t scope = scope_;; scope = function_.scope_parent[scope]) {
    const auto found = names_[scope].find(name);
    if (found != names_[scope].end()) return found->second;
    if (const int reg = find_numbered(scope, name); reg >= 0) return reg;
    if (scope == 0) return -1;
  }
}

int RegisterScopes::find_numbered(uint32_t scope, std::string_view name) const {
  const size_t digits = name.find_last_not_of("0123456789") + 1;
  if (digits == name.size()) return -1;
  int number = 0;
  std::from_chars(name.data() + digits, name.data() + name.size(), number);
  const auto range = numbered_.find(scope_key(scope, name.substr(0, digits)));
  const bool is_there = range != numbered_.end() && number < range->second.second;
  return is_there ? range->second.first + number : -1;
}

}  // namespace cudal1::sim
