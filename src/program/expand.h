// Expansion of macros (C++17 [cpp.replace], with GNU's ", ##__VA_ARGS__").
#pragma once

#include "program/macro.h"
#include "program/token.h"

namespace cudal1::program {

// Expands `input`. Tokens of a macro's body take the position and range of the use; arguments keep
// their own. An invocation that `input` does not close is returned unexpanded in `pending`, to be
// continued.
Tokens expand(const MacroTable& macros, Tokens input, Tokens* pending = nullptr);

}  // namespace cudal1::program
