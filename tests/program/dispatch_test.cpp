#include <gtest/gtest.h>

#include "dump.h"

namespace cudal1::program {
namespace {

TEST(Dispatch, FloatingTypes) {
  EXPECT_EQ(
      dump_body("AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), \"n\", [&] { g<scalar_t>(); });"),
      "(dispatch scalar_t {Double Float} (call x.scalar_type) [(call g<scalar_t>)])");
  EXPECT_EQ(
      dump_body("AT_DISPATCH_FLOATING_TYPES_AND_HALF(x.type(), \"n\" \"m\", ([&]() { g(); }));"),
      "(dispatch scalar_t {Double Float Half} (call x.type) [(call g)])");
  EXPECT_EQ(
      dump_body("return AT_DISPATCH_FLOATING_TYPES(t, __func__, [&]() -> int { return 1; }());"),
      "(return (dispatch scalar_t {Double Float} t [(return 1)]))");
}

TEST(Dispatch, FurtherTypesComeAsArguments) {
  EXPECT_EQ(dump_body("AT_DISPATCH_FLOATING_TYPES_AND2(at::ScalarType::Half, at::kBFloat16, t, "
                      "\"n\", [&] {});"),
            "(dispatch scalar_t {Double Float Half BFloat16} t [])");
  EXPECT_EQ(dump_body("AT_DISPATCH_ALL_TYPES_AND3(torch::kHalf, torch::kBFloat16, torch::kBool, t, "
                      "\"n\", [&] {});"),
            "(dispatch scalar_t {Byte Char Int Long Short Double Float Half BFloat16 Bool} t [])");
  EXPECT_EQ(dump_body("AT_DISPATCH_INDEX_TYPES(t, \"n\", [&] {});"),
            "(dispatch index_t {Int Long} t [])");
  EXPECT_EQ(dump_body("AT_DISPATCH_REDUCED_FLOATING_TYPES(t, \"n\", [&] {});"),
            "(dispatch scalar_t {Half BFloat16} t [])");
  EXPECT_EQ(dump_body("AT_DISPATCH_V2(t, \"n\", AT_WRAP([&] { g(); }), "
                      "AT_EXPAND(AT_FLOATING_TYPES), at::kHalf);"),
            "(dispatch scalar_t {Double Float Half} t [(call g)])");
}

TEST(Dispatch, SwitchWithOneBodyIsOneDispatch) {
  const std::string macros =
      "#define MY_CASES(...) AT_DISPATCH_CASE(at::ScalarType::Float, __VA_ARGS__) \\\n"
      "  AT_DISPATCH_CASE(at::ScalarType::Half, __VA_ARGS__)\n"
      "#define MY_DISPATCH(TYPE, NAME, ...) AT_DISPATCH_SWITCH(TYPE, NAME, "
      "MY_CASES(__VA_ARGS__))\n";
  EXPECT_EQ(dump_body("MY_DISPATCH(t, \"n\", [&] { g<scalar_t, 4>(a, b); });", macros),
            "(dispatch scalar_t {Float Half} t [(call g<scalar_t, =4> a b)])");
}

TEST(Dispatch, SwitchWithSeveralBodiesTestsTheType) {
  EXPECT_EQ(dump_body("AT_DISPATCH_SWITCH(t, \"n\", AT_DISPATCH_CASE(at::kHalf, [&] { a(); }) "
                      "AT_DISPATCH_CASE(at::kFloat, [&] { b(); }));"),
            "(call (lambda () [(if (== t at::ScalarType::Half) (return (dispatch scalar_t {Half} t "
            "[(call a)]))) "
            "(return (dispatch scalar_t {Float} t [(call b)]))]))");
}

TEST(Dispatch, OwnDispatchMacroWithSwitch) {
  const std::string macro =
      "#define DISPATCH(TYPE, ...) [&] { switch (TYPE) { case at::ScalarType::Float: { using "
      "scalar_t = float; return __VA_ARGS__(); } \\\n"
      "  default: TORCH_CHECK(false, \"no\"); } }()\n";
  EXPECT_EQ(dump_body("DISPATCH(t, [&] { g<scalar_t>(x, y); });", macro),
            "(call (lambda () [(switch t (case at::ScalarType::Float: [(using scalar_t float) "
            "(return (call (lambda () [(call g<scalar_t> x y)])))]) (default: (call TORCH_CHECK "
            "false \"no\")))]))");
}

TEST(Dispatch, ErrorsNameTheMacro) {
  EXPECT_EQ(error_in("void f() {\n  AT_DISPATCH_QUANTUM(t, \"n\", [&] {});\n}", "f").substr(0, 43),
            "2:3: AT_DISPATCH_QUANTUM is not known [AT_D");
  EXPECT_EQ(error_in("void f() {\n  AT_DISPATCH_FLOATING_TYPES(t, [&] {});\n}", "f"),
            "2:3: AT_DISPATCH_FLOATING_TYPES takes 3 arguments, 2 are given "
            "[AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), \"name\", [&] { … })]");
}

}  // namespace
}  // namespace cudal1::program
