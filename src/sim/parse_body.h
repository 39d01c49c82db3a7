// The body of one function: statements, with register and label names resolved by scope.
#pragma once

#include "lexer.h"
#include "syntax.h"

namespace cudal1::sim {

// From the '{' that comes next to the '}' that closes it.
void parse_body(Lexer& lex, ParsedFunction& function);

}  // namespace cudal1::sim
