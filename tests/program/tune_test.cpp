#include <gtest/gtest.h>

#include "dump.h"

namespace cudal1::program {
namespace {

constexpr const char* kForm = " [#pragma kernel tune(NAME=value, value, …) default(value)]";

TEST(Tune, ParsesValuesAndDefaults) {
  const Program program =
      parsed("#pragma kernel tune(B=32, 64, (1 << 7)) default(64) tune(T=float, __half)\n");
  ASSERT_EQ(program.tune_params().size(), 2u);
  EXPECT_EQ(program.tune_params()[0].values, (std::vector<std::string>{"32", "64", "(1 << 7)"}));
  EXPECT_EQ(program.tune_params()[0].default_value, "64");
  EXPECT_EQ(program.tune().at("T"), "float");
  EXPECT_EQ(program.tune_params()[1].pos, (SourcePos{1, 58}));
}

TEST(Tune, Errors) {
  EXPECT_EQ(error_in("#pragma kernel tune(B)"),
            std::string("1:22: '=' is missing behind B") + kForm);
  EXPECT_EQ(error_in("#pragma kernel tune(B=)"), std::string("1:23: a value is missing") + kForm);
  EXPECT_EQ(error_in("#pragma kernel tune(B=1, 2"),
            std::string("1:26: ')' is missing behind the values of B") + kForm);
  EXPECT_EQ(error_in("#pragma kernel tune(B=1, 2) default(3)"),
            std::string("1:21: the default 3 of B is none of its values") + kForm);
  EXPECT_EQ(error_in("#pragma kernel tune(B=1, 1)"),
            std::string("1:21: tune parameter B lists 1 twice") + kForm);
  EXPECT_EQ(error_in("#pragma kernel block_size(B)"),
            std::string("1:16: 'block_size' is no clause of #pragma kernel") + kForm);
  EXPECT_EQ(error_in("#pragma kernel"),
            std::string("1:1: this #pragma kernel names no tune parameter") + kForm);
  EXPECT_EQ(error_in("#pragma kernel tune(B=1)\n#pragma kernel tune(B=2)"),
            "2:21: tune parameter B is declared twice");
  EXPECT_EQ(error_in("#define B 4\n#pragma kernel tune(B=1)"),
            "1:9: B is a tune parameter, but this #define fixes it [#ifndef B / #define B value / "
            "#endif]");
}

TEST(Tune, UnknownSettingIsRefused) {
  const auto result = parse("t.cu", "#pragma kernel tune(B=1, 2)\n", {.tune = {{"C", "1"}}});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "no tune parameter is named C");
  EXPECT_EQ(result.error().accepted, "one of: B");
}

TEST(Tune, RenderReplacesDefaultsAndNothingElse) {
  const Program program = parsed(
      "// B\n#ifndef B\n#define B 256 // threads\n#endif\n#pragma kernel tune(B=128, 256, 512) "
      "default(256)\nint x = B;\n");
  EXPECT_EQ(render_tuned(program, {{"B", "512"}}),
            "// B\n#ifndef B\n#define B 512 // threads\n#endif\n#pragma kernel tune(B=128, 256, "
            "512) default(512)\nint x = B;\n");
}

TEST(Tune, RenderGivesAMissingDefaultToNvcc) {
  const Program program = parsed("#pragma kernel tune(B=1, 2)\nint x = B;\n");
  const std::string text = render_tuned(program, {{"B", "2"}});
  EXPECT_EQ(text,
            "#ifndef B\n#define B 2\n#endif\n#pragma kernel tune(B=1, 2) default(2)\nint x = B;\n");
  EXPECT_EQ(parsed(text).tune().at("B"), "2");
}

}  // namespace
}  // namespace cudal1::program
