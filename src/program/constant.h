// The value of an #if condition.
#pragma once

#include "program/macro.h"

namespace cudal1::program {

// `tokens`: what follows #if or #elif on its line. Throws SyntaxError at `where` for what is no
// condition.
bool evaluate_condition(const MacroTable& macros, const Tokens& tokens, SourcePos where);

}  // namespace cudal1::program
