#include "cudal1/evaluate/verdict.h"

#include <gtest/gtest.h>

namespace cudal1::evaluate {
namespace {

TEST(Verdict, WordsOfBothVocabularies) {
  const std::vector<std::tuple<Verdict, std::string, std::string>> expected{
      {Passed{}, "passed", "correct"},          {CompileFailed{}, "compile_failed", "compile"},
      {Rejected{}, "rejected", "constraints"},  {RuntimeFailed{}, "runtime_failed", "runtime"},
      {TimedOut{}, "timed_out", "timeout"},     {WrongOutput{}, "wrong_output", "correctness"},
      {WorkerDied{}, "worker_died", "runtime"},
  };
  ASSERT_EQ(expected.size(), std::variant_size_v<Verdict>);
  for (const auto& [verdict, ours, t4] : expected) {
    EXPECT_EQ(word(verdict), ours);
    EXPECT_EQ(t4_word(verdict), t4);
  }
}

TEST(Verdict, MessagesAreCut) {
  Verdict failed = RuntimeFailed{"check", std::string(1 << 20, 'x'), 7};
  shorten_message(failed);
  EXPECT_LT(message(failed).size(), 5000u);
  EXPECT_NE(message(failed).find("more bytes left out"), std::string::npos);
  EXPECT_EQ(line(failed), 7);
  Verdict passed = Passed{};
  shorten_message(passed);
}

TEST(Verdict, TellsWhatItKnows) {
  const Verdict rejected = Rejected{"writable-global", "a counter survives the launch", 12};
  EXPECT_EQ(rule(rejected), "writable-global");
  EXPECT_EQ(message(rejected), "a counter survives the launch");
  EXPECT_EQ(line(rejected), 12);
  const Verdict died = WorkerDied{"signal 11"};
  EXPECT_EQ(rule(died), "");
  EXPECT_EQ(message(died), "signal 11");
  EXPECT_EQ(line(died), 0);
  EXPECT_EQ(message(Passed{}), "");
}

}  // namespace
}  // namespace cudal1::evaluate
