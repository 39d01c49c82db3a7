#include "cudal1/cli/command_line.h"

#include <gtest/gtest.h>

namespace cudal1::cli {
namespace {

using Words = std::vector<std::string>;

const FlagValues* flag(const CommandLine& line, std::string_view name) {
  for (const FlagValues& given : line.flags)
    if (given.option->name == name) return &given;
  return nullptr;
}

TEST(CommandLine, PartsFlagsFromArguments) {
  const CommandLine line = parse_command_line(
      kOptimize, {"a.cu", "--trials", "5", "n=3", "-q", "--tune=B=1", "--tune", "C=2"});
  EXPECT_TRUE(line.problems.empty());
  EXPECT_EQ(line.arguments, (Words{"a.cu", "n=3"}));
  EXPECT_EQ(flag(line, "trials")->values, (Words{"5"}));
  EXPECT_EQ(flag(line, "quiet")->values, (Words{"true"}));
  EXPECT_EQ(flag(line, "tune")->values, (Words{"B=1", "C=2"}));
}

TEST(CommandLine, LaunchExpressionsPassAsTheyAre) {
  const std::string call = "saxpy<<<(n + 255) / 256, 256>>>(n, -2.0f, x[n])";
  EXPECT_EQ(flag(parse_command_line(kEval, {"a.cu", "--call", call}), "call")->values,
            (Words{call}));
}

TEST(CommandLine, DashIsAValue) {
  EXPECT_EQ(flag(parse_command_line(kCheck, {"--json", "-", "a.cu"}), "json")->values,
            (Words{"-"}));
}

TEST(CommandLine, TheLastOfAFlagGivenTwiceWins) {
  EXPECT_EQ(flag(parse_command_line(kEval, {"--trials", "1", "--trials", "2"}), "trials")->values,
            (Words{"2"}));
}

TEST(CommandLine, UnknownFlagsAreProblemsWithASuggestion) {
  const CommandLine line = parse_command_line(kOptimize, {"a.cu", "--max-eval", "--frobnicate"});
  EXPECT_EQ(line.problems, (Words{"unknown option --max-eval; did you mean --max-evals?",
                                  "unknown option --frobnicate"}));
}

TEST(CommandLine, AnOptionOfAnotherCommandIsUnknown) {
  EXPECT_EQ(parse_command_line(kDoctor, {"--trials", "3"}).problems.at(0).substr(0, 23),
            "unknown option --trials");
}

TEST(CommandLine, AMissingValueIsAProblem) {
  EXPECT_EQ(parse_command_line(kOptimize, {"a.cu", "--bad", "--trials"}).problems,
            (Words{"--trials needs a value: --trials N", "unknown option --bad"}));
}

TEST(CommandLine, HelpIsNoticedAnywhere) {
  EXPECT_TRUE(parse_command_line(kEval, {"a.cu", "--help"}).wants_help);
  EXPECT_TRUE(parse_command_line(kEval, {"-h"}).wants_help);
}

}  // namespace
}  // namespace cudal1::cli
