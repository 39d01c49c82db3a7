// A macro's body with the arguments of one use in place ([cpp.subst], [cpp.concat]).
#pragma once

#include <vector>

#include "program/macro.h"
#include "program/token.h"

namespace cudal1::program {

struct MacroArguments {
  std::vector<Tokens> values;
  Token close;  // the parenthesis behind them
};

Tokens substitute(const MacroTable& macros, const Macro& macro, const Token& use,
                  const MacroArguments& arguments);

}  // namespace cudal1::program
