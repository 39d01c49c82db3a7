#include <gtest/gtest.h>

#include "dump.h"

namespace cudal1::program {
namespace {

std::string in_f(const std::string& statement) {
  return error_in("void f() {\n  " + statement + "\n}", "f");
}

TEST(Diagnostic, RendersLineCaretAndWhatIsAccepted) {
  EXPECT_EQ(render({{2, 4}, "it is wrong", "what is right"}, "a.cu", "one\n\tx = y\nthree"),
            "a.cu:2:4: error: it is wrong\n    \tx = y\n    \t  ^\n  accepted: what is right\n");
  const std::string wide(100000, 'x');
  const std::string cut = render({{1, 50001}, "far out", ""}, "a.cu", wide);
  EXPECT_LT(cut.size(), 1000u);
  EXPECT_NE(cut.find("\n    …" + std::string(400, 'x') + "…\n    " + std::string(101, ' ') + "^\n"),
            std::string::npos)
      << cut;
  EXPECT_EQ(render({{}, "no place", ""}, "a.cu", "one"), "a.cu: error: no place\n");
}

TEST(Diagnostic, NamesTheConstructAtItsPlace) {
  EXPECT_EQ(in_f("int* p = new int[4];"),
            "2:12: 'new' is not part of the host language [std::vector, or a tensor]");
  EXPECT_EQ(
      in_f("g([x = 1] { return x; });"),
      "2:8: captures with an initialiser are not part of the host language [[&], [=], [x, &y]]");
  EXPECT_EQ(in_f("end: g();"), "2:3: labels are not part of the host language [loops with break]");
  EXPECT_EQ(in_f("struct S { int a; };"),
            "2:3: 'struct' is not part of the host language here [a struct at namespace scope]");
  EXPECT_EQ(in_f("g(args...);"),
            "2:9: parameter packs are not part of the host language [a fixed number of arguments]");
  EXPECT_EQ(in_f("k<<<1>>>(x);"),
            "2:4: a launch configuration has 2 to 4 values, this one has 1 [<<<grid, block, "
            "shared, stream>>>]");
  EXPECT_EQ(in_f("x.k<<<1, 2>>>(x);"),
            "2:6: what is launched here is no kernel's name [kernel<T><<<grid, block, shared, "
            "stream>>>(…)]");
  EXPECT_EQ(in_f("int x = 09z;"),
            "2:11: this number can't be read: 09z [integers of 64 bits, and 1.0, 1.0f, 1e-5]");
  EXPECT_EQ(in_f("auto y = a +;"), "2:15: expected a value, found ';'");
  EXPECT_EQ(in_f("g(1, 2"), "2:4: this '(' is not closed: the '}' of line 3 comes first");
  EXPECT_EQ(in_f("int x = 1 int y;"), "2:13: expected ';' behind a declaration, found 'int'");
  EXPECT_EQ(in_f("auto f = [] __device__ (int i) { return i; };"),
            "2:15: lambdas that run on the device are not part of the host language [a __device__ "
            "function or a struct with operator()]");
  EXPECT_EQ(in_f("MY_CHECK(x) g();"),
            "2:3: MY_CHECK is a macro that this file does not define [macros that are defined in "
            "the file itself]");
}

TEST(Diagnostic, MacrosPointToTheirUse) {
  EXPECT_EQ(error_in("#define BAD new int\nvoid f() {\n  g(BAD);\n}", "f"),
            "3:5: 'new' is not part of the host language [std::vector, or a tensor]");
}

TEST(Diagnostic, DeepNestingEndsInAMessage) {
  const std::string open(5000, '('), close(5000, ')');
  EXPECT_EQ(error_in("void f() { x = " + open + "1" + close + "; }", "f").substr(7),
            "this is nested too deeply [at most 256 levels]");
  std::string nested = "a";
  for (int i = 0; i < 200; ++i) nested = "b<" + nested + "<1";
  EXPECT_NE(error_in("void f() { x = " + nested + "; }", "f"), "ok");
}

}  // namespace
}  // namespace cudal1::program
