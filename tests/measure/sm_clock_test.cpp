#include "cudal1/measure/sm_clock.h"

#include <gtest/gtest.h>

#include "cudal1/measure/paired.h"

namespace cudal1::measure {
namespace {

using namespace std::chrono_literals;
using Blocks = std::vector<uint32_t>;

ClockRecord record_of(const std::vector<double>& block_mhz) {
  ClockRecord record;
  for (const double mhz : block_mhz) record.add(std::vector<double>(4, mhz));
  return record;
}

TEST(ClockRecord, KeepsWhatIsSteady) {
  EXPECT_EQ(record_of({1980, 1965, 1980, 1995, 1930}).bad_blocks(), Blocks{});
  EXPECT_EQ(record_of({}).bad_blocks(), Blocks{});
  EXPECT_FALSE(record_of({}).unstable());
}

TEST(ClockRecord, FindsThrottledBlocks) {
  const ClockRecord record = record_of({1980, 1700, 1980, 1980, 1915});
  EXPECT_EQ(record.bad_blocks(), (Blocks{1, 4}));
  EXPECT_EQ(record.reason(1), "throttled: 1700 MHz, where 1980 MHz are usual");
  EXPECT_EQ(record.mhz(), (std::vector<double>{1980, 1700, 1980, 1980, 1915}));
}

TEST(ClockRecord, FindsBlocksWhoseClockMoved) {
  ClockRecord record = record_of({1980, 1980});
  record.add(std::vector<double>{1980, 1980, 1900, 1980});
  EXPECT_EQ(record.bad_blocks(), Blocks{2});
  EXPECT_EQ(record.reason(2), "the SM clock moved between 1900 and 1980 MHz");
}

TEST(ClockRecord, JudgesAnewWhenMoreIsKnown) {
  ClockRecord record = record_of({1500, 1500, 1980});
  EXPECT_EQ(record.bad_blocks(), Blocks{}) << "1500 MHz are usual so far";
  for (int i = 0; i < 3; ++i) record.add(std::vector<double>(4, 1980));
  EXPECT_EQ(record.bad_blocks(), (Blocks{0, 1}));
}

TEST(ClockRecord, KeepsAllWhereMostWouldGo) {
  ClockRecord record = record_of({1980});
  for (int i = 0; i < 2; ++i) record.add(std::vector<double>{1980, 1500, 1980, 1500});
  EXPECT_EQ(record.bad_blocks(), Blocks{});
  EXPECT_TRUE(record.unstable());
}

TEST(ClockRecord, KnowsNothingOfBlocksWithoutClock) {
  ClockRecord record = record_of({1980, 1980, 1980});
  record.add({});
  record.add(std::vector<double>{1980, 0, 1980, 1000});
  EXPECT_EQ(record.bad_blocks(), Blocks{});
  EXPECT_EQ(record.mhz(), (std::vector<double>{1980, 1980, 1980, 0, 0}));
}

// Both sides take 1 ms at 1980 MHz; every fourth block runs at 990 MHz, and there the second and
// third run of a block are slower still.
BlockTimes often_throttled(int block, const std::vector<Side>& order) {
  if (block % 4 != 0)
    return {std::vector<double>(order.size(), 1e6), std::vector<double>(order.size(), 1980)};
  return {{2e6, 4e6, 4e6, 2e6}, std::vector<double>(order.size(), 990)};
}

TEST(Compare, LeavesOutThrottledBlocks) {
  StopRule rule;
  rule.max_time = 1h;
  int block = 0;
  const Comparison comparison =
      compare([&](const auto& order) { return often_throttled(block++, order); }, rule, 0.01, 1);
  EXPECT_EQ(comparison.decision, Decision::kSame) << comparison.reason;
  EXPECT_NE(comparison.reason.find("lies within ±1 % of 1"), std::string::npos);
  EXPECT_FALSE(comparison.samples.clock_unstable);
  EXPECT_EQ(comparison.samples.sm_mhz.size(), size_t(block));
  EXPECT_EQ(comparison.samples.discarded.size(), size_t(block + 3) / 4);
  for (const DiscardedBlock& discarded : comparison.samples.discarded) {
    EXPECT_EQ(discarded.block % 4, 0u);
    EXPECT_EQ(discarded.reason, "throttled: 990 MHz, where 1980 MHz are usual");
  }
  for (const double ns : comparison.samples.reference_ns) EXPECT_EQ(ns, 1e6);
  for (const uint32_t kept : comparison.samples.block) EXPECT_NE(kept % 4, 0u);
}

TEST(Compare, DiscardedBlocksAreNoPairs) {
  StopRule rule;
  rule.max_time = 1h;
  int block = 0;
  const Comparison comparison =
      compare([&](const auto& order) { return often_throttled(block++, order); }, rule, 0.01, 1);
  EXPECT_GE(comparison.samples.block.size(), rule.min_pairs);
}

TEST(Compare, SaysThatTheClockIsUnstable) {
  StopRule rule;
  rule.max_time = 1h;
  const auto jumping = [](const std::vector<Side>& order) {
    return BlockTimes(std::vector<double>(order.size(), 1e6), {1980, 1000, 1980, 1000});
  };
  const Comparison comparison = compare(jumping, rule, 0.01, 1);
  EXPECT_TRUE(comparison.samples.clock_unstable);
  EXPECT_TRUE(comparison.samples.discarded.empty());
  EXPECT_EQ(comparison.samples.block.size(), rule.min_pairs);
}

}  // namespace
}  // namespace cudal1::measure
