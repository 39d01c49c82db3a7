// Tokens of a CUDA file, with where they stand in it.
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cudal1/program/source.h"

namespace cudal1::program {

enum class TokenKind { kIdentifier, kNumber, kString, kChar, kPunct, kEnd };

using HideSet = std::shared_ptr<const std::set<std::string>>;

// `text` is the spelling with line continuations removed. A '>' never joins another '>' here:
// template argument lists close with it, so the parser joins those that touch. "<<<" is one token.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  SourcePos pos;
  size_t begin = 0, end = 0;  // bytes of the source; from a macro: those of its whole use
  bool line_start = false;    // first of its line
  bool space_before = false;
  bool from_macro = false;
  HideSet hidden;  // macros that must not expand this token again

  bool is(const char* spelling) const {
    return (kind == TokenKind::kPunct || kind == TokenKind::kIdentifier) && text == spelling;
  }
  bool is_identifier() const { return kind == TokenKind::kIdentifier; }
};

using Tokens = std::vector<Token>;

// `b` follows `a` with nothing between: the two can be one operator.
inline bool touches(const Token& a, const Token& b) {
  return !b.space_before && !b.line_start && !a.text.empty();
}

// What the lexer and the parsers throw between each other; never leaves the room.
struct SyntaxError {
  Diagnostic diagnostic;
};

}  // namespace cudal1::program
