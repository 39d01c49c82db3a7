// The NAME=VALUE behind a --call.
#pragma once

#include <map>
#include <set>
#include <string>

#include "program/macro.h"
#include "program/names.h"

namespace cudal1::program {

// Declarations of `used` and of what their values use, each behind those it needs. Throws
// SyntaxError where a value is missing, not used or no expression.
std::string declare_variables(std::set<std::string> used,
                              const std::map<std::string, std::string>& values,
                              const MacroTable& macros, const Names& names);

}  // namespace cudal1::program
