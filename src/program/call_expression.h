// The expression of --call, taken apart.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "program/macro.h"
#include "program/names.h"
#include "program/token.h"

namespace cudal1::program {

struct CallArg {
  std::string text;
  std::string array;              // x of x[n, m]; empty for a value
  std::string extents;            // "n, m"
  std::vector<std::string> list;  // elements of {a, b}
  bool is_list = false;
};

struct CallExpression {
  std::string name;           // callee, may be qualified
  std::string template_args;  // "<float, 4>" or empty
  std::vector<std::string> template_arg_list;
  std::string config;  // between <<< and >>>; empty for a host function
  bool is_launch = false;
  std::vector<CallArg> args;
  std::set<std::string> free_names;  // identifiers that need a value
};

// Throws SyntaxError with columns of `expression`.
CallExpression parse_call_expression(const std::string& expression, const MacroTable& macros,
                                     const Names& names);

// Identifiers of `text` that nothing declares.
std::set<std::string> free_names(const std::string& text, const MacroTable& macros,
                                 const Names& names);

}  // namespace cudal1::program
