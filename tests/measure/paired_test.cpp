#include "cudal1/measure/paired.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "noise.h"

namespace cudal1::measure {
namespace {

using namespace std::chrono_literals;

TimeBlock constant(double reference_ns, double candidate_ns) {
  return [=](const std::vector<Side>& order) {
    std::vector<double> times;
    for (Side side : order) times.push_back(side == Side::kReference ? reference_ns : candidate_ns);
    return times;
  };
}

StopRule patient() {
  StopRule rule;
  rule.max_time = 1h;
  return rule;
}

TEST(AbbaBlock, IsOneOfTwoOrdersByCoin) {
  Rng rng(1);
  int reference_first = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto order = abba_block(rng);
    ASSERT_EQ(order.size(), 4u);
    EXPECT_EQ(order[0], order[3]);
    EXPECT_EQ(order[1], order[2]);
    EXPECT_NE(order[0], order[1]);
    reference_first += order[0] == Side::kReference;
  }
  EXPECT_NEAR(reference_first, 500, 80);
}

TEST(StopRule, HasAName) {
  EXPECT_EQ(StopRule{}.name(), "half-width ≤ 0.2 % or 400 pairs or 0.5 s");
  EXPECT_EQ((StopRule{.max_pairs = 64, .target_half_width = 0.015, .max_time = 2000ms}.name()),
            "half-width ≤ 1.5 % or 64 pairs or 2 s");
}

PairedSamples pairs_of(size_t count, double ns) {
  PairedSamples samples{std::vector<double>(count, ns), std::vector<double>(count, ns)};
  for (size_t i = 0; i < count; ++i) samples.block.push_back(static_cast<uint32_t>(i) / 2);
  return samples;
}

TEST(StopRule, GivesItsReason) {
  const StopRule rule;
  const Interval narrow{1, 0.999, 1.001};
  const Interval wide{1, 0.9, 1.1};
  EXPECT_EQ(rule.reason(pairs_of(32, 1e6), narrow, 0ns), "half-width");
  EXPECT_EQ(rule.reason(pairs_of(30, 1e6), narrow, 0ns), "");
  EXPECT_EQ(rule.reason(pairs_of(32, 1e6), wide, 0ns), "");
  EXPECT_EQ(rule.reason(pairs_of(400, 1e6), wide, 0ns), "max-pairs");
  EXPECT_EQ(rule.reason(pairs_of(32, 1e6), wide, 500ms), "max-time");
  EXPECT_EQ(rule.reason(pairs_of(32, 200), wide, 0ns), "clock-resolution");
}

TEST(StopRule, HasMorePatienceWithSlowPrograms) {
  const Interval wide{1, 0.9, 1.1};
  EXPECT_EQ(StopRule{}.reason(pairs_of(6, 1e9), wide, 600ms), "");
  EXPECT_EQ(StopRule{}.reason(pairs_of(6, 1e9), wide, 2s), "max-time");
  EXPECT_EQ(StopRule{}.reason(pairs_of(8, 1e9), wide, 600ms), "max-time");
}

TEST(StopRule, WidthIsRelativeToTheSpeedup) {
  EXPECT_EQ(StopRule{}.reason(pairs_of(32, 1e6), {10, 9.99, 10.01}, 0ns), "half-width");
}

TEST(Compare, IdenticalSamplesKeepTheClocksHalfTick) {
  const Comparison comparison = compare(constant(3200, 3200), patient(), 0.01, 1);
  EXPECT_DOUBLE_EQ(comparison.speedup.median, 1);
  EXPECT_NEAR(comparison.speedup.low, 1 - 0.005, 1e-4);
  EXPECT_NEAR(comparison.speedup.high, 1 + 0.005, 1e-4);
  EXPECT_EQ(comparison.decision, Decision::kSame);
  EXPECT_EQ(comparison.stopped_by, "clock-resolution");
  EXPECT_EQ(comparison.samples.block.size(), 32u);
}

TEST(Compare, SpeedupIsReferenceOverCandidate) {
  const Comparison comparison = compare(constant(2e6, 1e6), patient(), 0.01, 1);
  EXPECT_DOUBLE_EQ(comparison.speedup.median, 2);
  EXPECT_EQ(comparison.decision, Decision::kFaster);
  EXPECT_EQ(comparison.stopped_by, "half-width");
  EXPECT_EQ(compare(constant(1e6, 2e6), patient(), 0.01, 1).decision, Decision::kSlower);
}

TEST(Compare, StopsAtMaxPairsWhereNoiseStays) {
  const Noise noise{.jitter = 0.5};
  const Comparison comparison = compare(NoisyClock(1e5, 1e5, noise, 1), patient(), 0, 1);
  EXPECT_EQ(comparison.stopped_by, "max-pairs");
  EXPECT_EQ(comparison.samples.reference_ns.size(), 400u);
  EXPECT_EQ(comparison.samples.candidate_ns.size(), 400u);
}

TEST(Compare, StopsAtMaxTimeWithWhatThereIs) {
  StopRule rule;
  rule.max_time = 60ms;
  const auto slow = [](const std::vector<Side>& order) {
    std::this_thread::sleep_for(15ms);
    return std::vector<double>(order.size(), 1e6);
  };
  const Comparison comparison = compare(slow, rule, 0, 1);
  EXPECT_EQ(comparison.stopped_by, "max-time");
  EXPECT_EQ(comparison.samples.block.size(), 8u);
  EXPECT_GT(comparison.speedup.median, 0);
}

TEST(Compare, DropsBlocksAndCountsThem) {
  int calls = 0;
  const auto every_third = [&](const std::vector<Side>& order) -> std::vector<double> {
    if (++calls % 3 == 0) return {};
    return std::vector<double>(order.size(), 1e6);
  };
  const Comparison comparison = compare(every_third, patient(), 0, 1);
  EXPECT_EQ(comparison.samples.block.size(), 32u);
  EXPECT_EQ(comparison.samples.discarded.size(), 7u);
}

TEST(Compare, DropsTimesThatAreNone) {
  StopRule rule;
  rule.max_time = 5ms;
  for (double bad : {0.0, -1.0, std::nan(""), double(INFINITY)}) {
    const Comparison comparison = compare(constant(1e6, bad), rule, 0, 1);
    EXPECT_TRUE(comparison.samples.block.empty());
    EXPECT_GT(comparison.samples.discarded.size(), 0u);
    EXPECT_EQ(comparison.speedup.median, 0);
    EXPECT_EQ(comparison.decision, Decision::kAmbiguous);
    EXPECT_EQ(comparison.stopped_by, "max-time");
  }
}

TEST(Compare, IsDeterministicForASeed) {
  const auto run = [](uint64_t seed) {
    return compare(NoisyClock(5e4, 4.9e4, {}, 7), patient(), 0, seed);
  };
  EXPECT_EQ(run(3).speedup.low, run(3).speedup.low);
  EXPECT_EQ(run(3).samples.reference_ns, run(3).samples.reference_ns);
}

TEST(ComparePredicted, IsAPoint) {
  const Comparison comparison = compare_predicted(300, 200, 0.01);
  EXPECT_EQ(comparison.speedup.low, 1.5);
  EXPECT_EQ(comparison.speedup.high, 1.5);
  EXPECT_EQ(comparison.decision, Decision::kFaster);
  EXPECT_EQ(comparison.stopped_by, "predicted");
  EXPECT_EQ(comparison.samples.reference_ns, std::vector<double>{300});
  EXPECT_EQ(compare_predicted(200, 200, 0).decision, Decision::kSame);
}

}  // namespace
}  // namespace cudal1::measure
