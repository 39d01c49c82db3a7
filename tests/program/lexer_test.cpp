#include "program/lexer.h"

#include <gtest/gtest.h>

namespace cudal1::program {
namespace {

std::string spelled(const char* source) {
  std::string text;
  const Tokens tokens = lex(source);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) text += (i ? "|" : "") + tokens[i].text;
  return text;
}

Diagnostic error_of(const char* source) {
  try {
    lex(source);
  } catch (const SyntaxError& error) {
    return error.diagnostic;
  }
  return {};
}

TEST(Lexer, OperatorsAndNumbers) {
  EXPECT_EQ(spelled("a<<<b>>>c>>=1 x->y::z <=>"), "a|<<<|b|>|>|>|c|>|>=|1|x|->|y|::|z|<=>");
  EXPECT_EQ(spelled("1'000.5e-3f 0x1Fu 0x1.8p+3 .5f 1e+5-2"),
            "1'000.5e-3f|0x1Fu|0x1.8p+3|.5f|1e+5|-|2");
}

TEST(Lexer, CommentsStringsAndContinuations) {
  EXPECT_EQ(spelled("a /* b \n c */ d // e\nf"), "a|d|f");
  EXPECT_EQ(spelled("\"a\\\"b\" u8\"c\" R\"(x\"y)\" 'q' '\\''"),
            "\"a\\\"b\"|u8\"c\"|R\"(x\"y)\"|'q'|'\\''");
  EXPECT_EQ(spelled("ab\\\ncd e // x \\\n still\nf"), "abcd|e|f");
  EXPECT_EQ(spelled("#include <a/b-c.h>"), "#|include|<a/b-c.h>");
}

TEST(Lexer, PositionsCountBytesOfTheFile) {
  const Tokens tokens = lex("a\n  bc\\\n d\n\te");
  EXPECT_EQ(tokens[1].pos, (SourcePos{2, 3}));
  EXPECT_EQ(tokens[2].pos, (SourcePos{3, 2}));
  EXPECT_EQ(tokens[3].pos, (SourcePos{4, 2}));
  EXPECT_TRUE(tokens[3].line_start);
  EXPECT_FALSE(tokens[2].line_start);
}

TEST(Lexer, WhatIsNoSourceIsRefusedWithItsPlace) {
  EXPECT_EQ(error_of("a\n /* b").message, "this comment is never closed");
  EXPECT_EQ(error_of("a\n /* b").pos, (SourcePos{2, 2}));
  EXPECT_EQ(error_of("x = \"abc\ny").message, "this string is not closed on its line");
  EXPECT_EQ(error_of("ab\x01").message, "a byte that no C++ token starts with (0x01)");
  EXPECT_EQ(error_of("R\"x(abc").message, "this raw string is never closed");
}

}  // namespace
}  // namespace cudal1::program
