// The top level of a file: its declarations, told apart by the side they belong to.
#pragma once

#include <string>
#include <vector>

#include "program/preprocess.h"

namespace cudal1::program {

enum class ItemKind {
  kFunction,   // with a body
  kPrototype,  // a function without a body, or an explicit instantiation
  kVariable,
  kType,     // struct, class, union, enum
  kAlias,    // using, typedef
  kBinding,  // PYBIND11_MODULE(…) { … }, TORCH_LIBRARY(…) { … }
  kOther,    // static_assert, using namespace, unknown macros
};

// Tokens [begin, end) of the preprocessed file.
struct Item {
  ItemKind kind = ItemKind::kOther;
  size_t begin = 0, end = 0;
  std::string scope;   // "a::b::" of the namespaces around it; anonymous ones have no name
  std::string name;    // unqualified, of functions, types and variables
  size_t name_at = 0;  // the token of the name
  size_t template_begin = 0, template_end = 0;  // template <…>, empty when there is none
  size_t params_at = 0;                         // '(' of a function
  size_t body_at = 0;                           // '{' of a function, type or binding
  bool is_global = false, is_device = false, is_host = false,
       is_constexpr = false;  // attributes as written
  bool is_constant_memory = false, is_specialisation = false;
  bool is_member =
      false;  // a constructor, destructor or operator: nothing that host code can call by name
  bool on_device = false;  // the device compiler sees it
  bool on_host = false;    // the host side may use it
  std::string qualified() const { return scope + name; }
};

// Throws SyntaxError for unbalanced brackets.
std::vector<Item> split(const Tokens& tokens);

}  // namespace cudal1::program
