#include "program/preprocess.h"

#include <gtest/gtest.h>

#include "program/lexer.h"

namespace cudal1::program {
namespace {

std::string expanded(const std::string& source, const ParseOptions& options = {}) {
  const Tokens tokens = preprocess(lex(source), options).tokens;
  std::string text;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) text += (i ? " " : "") + tokens[i].text;
  return text;
}

std::string error_of(const std::string& source) {
  try {
    preprocess(lex(source), {});
  } catch (const SyntaxError& error) {
    const Diagnostic& found = error.diagnostic;
    return std::to_string(found.pos.line) + ":" + std::to_string(found.pos.column) + ": " + found.message;
  }
  return "ok";
}

TEST(Preprocess, ObjectAndFunctionMacros) {
  EXPECT_EQ(expanded("#define N 4\n#define SQ(x) ((x) * (x))\nSQ(N + 1) SQ"),
            "( ( 4 + 1 ) * ( 4 + 1 ) ) SQ");
  EXPECT_EQ(expanded("#define A B\n#define B A + 1\nA"), "A + 1");
  EXPECT_EQ(expanded("#define f(x) g(x)\n#define g(x) f(x)\nf(f(1))"), "f ( f ( 1 ) )");
  EXPECT_EQ(expanded("#define E()\nE() x"), "x");
  EXPECT_EQ(expanded("#define N 4\nN\n#undef N\nN"), "4 N");
}

TEST(Preprocess, StringisingPastingAndVariadics) {
  EXPECT_EQ(expanded("#define S(x) #x\n#define X(x) S(x)\n#define N 3\nS(N + \"a\\n\") X(N)"),
            "\"N + \\\"a\\\\n\\\"\" \"3\"");
  EXPECT_EQ(expanded("#define J(a, b) a##b\n#define K(a) pre_##a##_post\nJ(x, 1) K(y) J(, z)"),
            "x1 pre_y_post z");
  EXPECT_EQ(expanded("#define V(f, ...) f(__VA_ARGS__)\nV(a, b, (c, d)) V(a)"),
            "a ( b , ( c , d ) ) a ( )");
  EXPECT_EQ(expanded("#define G(f, ...) f(0, ##__VA_ARGS__)\nG(a) G(a, 1, 2)"),
            "a ( 0 ) a ( 0 , 1 , 2 )");
  EXPECT_EQ(expanded("#define O(f, ...) f(0 __VA_OPT__(,) __VA_ARGS__)\nO(a) O(a, 1)"),
            "a ( 0 ) a ( 0 , 1 )");
}

TEST(Preprocess, InvocationsMaySpanLinesAndDirectives) {
  EXPECT_EQ(expanded("#define F(a, b) a + b\nF(1,\n#define Q 7\n  Q)"), "1 + 7");
  EXPECT_EQ(expanded("#define LONG a \\\n  b\nLONG"), "a b");
}

TEST(Preprocess, Conditionals) {
  EXPECT_EQ(expanded("#ifdef __CUDACC__\na\n#else\nb\n#endif\n#ifdef __CUDA_ARCH__\nc\n#endif"),
            "a");
  EXPECT_EQ(expanded("#if defined(X) || 2 * 3 == 6 && !0\na\n#elif 1\nb\n#endif"), "a");
  EXPECT_EQ(
      expanded("#if 0\n#if 1\na\n#endif\nit's\n#elif (1 << 3) > 7 ? 0x10 : 0\nb\n#else\nc\n#endif"),
      "b");
  EXPECT_EQ(expanded("#if __has_include(<x.h>) || UNKNOWN || UNKNOWN_CALL(1, 2)\na\n#endif"), "");
  EXPECT_EQ(expanded("#define AT_LEAST(v) (CUDA_VERSION >= (v))\n#if AT_LEAST(11000)\na\n#endif"),
            "a");
}

TEST(Preprocess, TuneSettingsAndDefinesWin) {
  const std::string source =
      "#ifndef B\n#define B 1\n#endif\n#pragma kernel tune(B=1, 2) default(2)\nB";
  EXPECT_EQ(expanded(source), "2");
  EXPECT_EQ(expanded(source, {.tune = {{"B", "1"}}}), "1");
  EXPECT_EQ(expanded("#ifndef C\n#define C 1\n#endif\nC", {.defines = {{"C", "9"}}}), "9");
}

TEST(Preprocess, TokensOfAMacroStandAtItsUse) {
  const Tokens tokens = preprocess(lex("#define ADD(x) one + x\n\n  ADD(\n two)"), {}).tokens;
  ASSERT_EQ(tokens[2].text, "two");
  EXPECT_EQ(tokens[0].pos, (SourcePos{3, 3}));
  EXPECT_EQ(tokens[2].pos, (SourcePos{4, 2}));
}

TEST(Preprocess, Errors) {
  EXPECT_EQ(error_of("\n#if 1\na"), "2:1: this conditional is never closed");
  EXPECT_EQ(error_of("#endif"), "1:1: #endif without #if");
  EXPECT_EQ(error_of("#if 1 +\n#endif"),
            "1:1: this condition can't be evaluated: an operand is missing");
  EXPECT_EQ(error_of("#if 1 / 0\n#endif"),
            "1:1: this condition can't be evaluated: division by zero");
  EXPECT_EQ(error_of("#error no  good"), "1:1: #error no good");
  EXPECT_EQ(error_of("#define F(a, b) a\n F(1)"), "2:2: macro F takes 2 arguments, 1 are given");
  EXPECT_EQ(error_of("#define 3 x"), "1:1: #define needs a name");
}

TEST(Preprocess, AMacroBombEnds) {
  std::string source = "#define M0 x x x x x x x x x x\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "M" + std::to_string(i - 1);
    source += "#define M" + std::to_string(i);
    for (int k = 0; k < 10; ++k) source += " " + before;
    source += "\n";
  }
  EXPECT_EQ(error_of(source + "M11").substr(0, 42), "13:1: macros expand to more than a million");
}

}  // namespace
}  // namespace cudal1::program
