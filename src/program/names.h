// What the file declares at namespace scope, as far as the parser must tell types from values.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace cudal1::program {

enum class NameKind { kType, kVariable, kFunction, kKernel };

class Names {
 public:
  // `qualified`: without anonymous namespaces.
  void add(const std::string& qualified, NameKind kind);
  // namespace alias = target;
  void add_alias(const std::string& alias, const std::string& target) { aliases_[alias] = target; }
  // The name with an alias in front replaced.
  std::string without_alias(const std::string& name) const;
  // Exact, else by trailing components. Null when unknown.
  const NameKind* find(std::string_view name) const;
  // The full name of a variable that `name` means by its trailing components; `name` itself when
  // that is unclear.
  std::string canonical_variable(const std::string& name) const;

 private:
  std::map<std::string, std::string> aliases_;
  std::map<std::string, NameKind, std::less<>> exact_;
  std::map<std::string, std::string, std::less<>>
      by_suffix_;  // "b::c", "c" → "a::b::c"; "" when ambiguous
};

// Types of CUDA, ATen and the standard library that host code constructs by name: "dim3",
// "at::Half", "std::vector".
bool is_library_type(std::string_view name);

// Macros of torch that stand for whole statements: TORCH_CHECK, AT_ASSERTM, TORCH_INTERNAL_ASSERT …
bool is_check_macro(std::string_view name);

// ALL_CAPS and declared nowhere.
bool is_unknown_macro(std::string_view name, const NameKind* kind);

// "a::b::c" → "c"
std::string_view last_component(std::string_view name);

// `name` is `full` or its trailing components.
bool names_match(std::string_view full, std::string_view name);

}  // namespace cudal1::program
