// Macros and the table of those in force.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "program/token.h"

namespace cudal1::program {

struct Macro {
  std::string name;
  bool function_like = false;
  std::vector<std::string> params;
  bool variadic = false;  // the last of `params` takes the rest
  Tokens body;
  bool pinned = false;  // given from outside: no #define in the file changes it
};

class MacroTable {
 public:
  void define(Macro macro);
  void undefine(const std::string& name);
  const Macro* find(const std::string& name) const;
  bool defined(const std::string& name) const { return find(name) != nullptr; }

  // Parses what follows "#define" (tokens of one directive).
  static Macro parse_definition(const Tokens& directive, size_t at);
  static Macro constant(const std::string& name, const std::string& value);

 private:
  std::map<std::string, Macro> macros_;
};

}  // namespace cudal1::program
