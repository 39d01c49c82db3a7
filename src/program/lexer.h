// Source text to tokens.
#pragma once

#include <string_view>

#include "program/token.h"

namespace cudal1::program {

// The last token is kEnd. Throws SyntaxError: unterminated comment, string or character; bytes that
// no C++ token starts with.
Tokens lex(std::string_view source);

// The spelling of tokens [begin, end) on one line.
std::string spell(const Tokens& tokens, size_t begin, size_t end);

}  // namespace cudal1::program
