#include "gpu/compile_log.h"

#include <gtest/gtest.h>

namespace cudal1::gpu {
namespace {

TEST(CompileLog, FirstErrorOfTheSourceWins) {
  const CompileError error = parse_error(
      "k.cu(2): warning #177-D: variable \"error\" was declared but never referenced\n"
      "  float error;\n        ^\n\n"
      "head.h(7): error: a header's trouble\n"
      "k.cu(9): error: identifier \"y\" is undefined\n    a = y;\n        ^\n\n2 errors detected\n",
      "k.cu");
  EXPECT_EQ(error.line, 9);
  EXPECT_EQ(error.column, 7);
  EXPECT_EQ(error.message, "identifier \"y\" is undefined");
}

TEST(CompileLog, NumberedAndCatastrophicErrors) {
  EXPECT_EQ(parse_error("k.cu(3): error #20: no\n", "k.cu").line, 3);
  EXPECT_EQ(parse_error("k.cu(3): error #20: no\n", "k.cu").message, "no");
  EXPECT_EQ(parse_error("k.cu(4): catastrophic error: #error directive: A\n", "k.cu").message,
            "#error directive: A");
}

TEST(CompileLog, ErrorOnlyInAHeaderHasNoLineOfTheSource) {
  const CompileError error = parse_error("head.h(7): error: a header's trouble\n", "k.cu");
  EXPECT_EQ(error.line, 0);
  EXPECT_EQ(error.message, "a header's trouble, at head.h:7");
}

TEST(CompileLog, WithoutPositionTheFirstLineThatFails) {
  EXPECT_EQ(parse_error("something\nptxas error   : too much shared data\n", "k.cu").message,
            "ptxas error   : too much shared data");
  EXPECT_NE(parse_error("", "k.cu").message, "");
}

TEST(CompileLog, LongMessagesAreCut) {
  const std::string text(1 << 20, 'x');
  EXPECT_LT(parse_error("k.cu(2): error: " + text, "k.cu").message.size(), 5000u);
  EXPECT_LT(parse_error("ptxas error: " + text, "k.cu").message.size(), 5000u);
}

TEST(CompileLog, ResourceLinesAreReadAndRemoved) {
  const std::string log =
      "k.cu(1): warning: w\nptxas info    : 0 bytes gmem\n"
      "ptxas info    : Compiling entry function 'k' for 'sm_90'\n"
      "ptxas info    : Function properties for k\n"
      "ptxas         .     80 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads\n"
      "ptxas info    : Used 255 registers, used 1 barriers, 176 bytes smem, 400 bytes cmem[0]\n"
      "ptxas info    : Compile time = 1.393 ms\n";
  const CompiledModule::Resources resources = parse_resources(log).at("k");
  EXPECT_EQ(resources.registers, 255u);
  EXPECT_EQ(resources.shared_bytes, 176u);
  EXPECT_EQ(resources.local_bytes, 80u);
  EXPECT_EQ(resources.spill_bytes, 8u);
  EXPECT_EQ(without_resource_lines(log), "k.cu(1): warning: w\n");
}

TEST(CompileLog, LongLogsAreCutAtALine) {
  std::string log;
  for (int i = 0; i < 20'000; ++i) log += "line " + std::to_string(i) + "\n";
  const std::string bounded = bounded_log(log);
  EXPECT_LE(bounded.size(), kMaxLogBytes);
  EXPECT_NE(bounded.find("more bytes left out"), std::string::npos);
  EXPECT_EQ(bounded_log("short\n"), "short\n");
}

}  // namespace
}  // namespace cudal1::gpu
