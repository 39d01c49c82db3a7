// Does the interval mean what it says? Hundreds of simulated comparisons whose truth is known.
#include <gtest/gtest.h>

#include "noise.h"

namespace cudal1::measure {
namespace {

using namespace std::chrono_literals;

constexpr int kRuns = 100;

StopRule patient() {
  StopRule rule;
  rule.max_time = 1h;  // the pairs decide, not this machine's speed
  return rule;
}

struct Tally {
  double covered = 0, faster = 0, slower = 0, half_width = 0, pairs = 0;  // means over the runs
};

Tally tally(double reference_ns, double candidate_ns, const Noise& noise, const StopRule& rule,
            int runs = kRuns) {
  Tally result;
  for (int run = 0; run < runs; ++run) {
    const auto seed = static_cast<uint64_t>(run) * 7919 + 1;
    const Comparison comparison =
        compare(NoisyClock(reference_ns, candidate_ns, noise, seed), rule, 0.0, seed ^ 0x5bd1e995);
    result.covered += comparison.speedup.contains(reference_ns / candidate_ns);
    result.faster += comparison.decision == Decision::kFaster;
    result.slower += comparison.decision == Decision::kSlower;
    result.half_width += comparison.speedup.half_width();
    result.pairs += static_cast<double>(comparison.samples.block.size());
  }
  for (double* mean :
       {&result.covered, &result.faster, &result.slower, &result.half_width, &result.pairs})
    *mean /= runs;
  printf("  %.0f against %.0f ns: covered %.3f, faster %.3f, half-width %.4f, pairs %.0f\n",
         reference_ns, candidate_ns, result.covered, result.faster, result.half_width,
         result.pairs);
  return result;
}

struct Case {
  const char* name;
  double ns;
  Noise noise;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Coverage : public testing::TestWithParam<Case> {};

TEST_P(Coverage, AgainstItselfHoldsOne) {
  const auto& [name, ns, noise] = GetParam();
  EXPECT_GE(tally(ns, ns, noise, patient()).covered, 0.95);
}

TEST_P(Coverage, OfADifferenceHoldsTheTruth) {
  const auto& [name, ns, noise] = GetParam();
  EXPECT_GE(tally(ns, ns / 1.037, noise, patient()).covered, 0.95);
}

TEST_P(Coverage, HoldsWhenTimeEndsEarly) {
  const auto& [name, ns, noise] = GetParam();
  for (uint32_t pairs : {2, 4, 8, 16, 24, 40}) {
    StopRule rule = patient();
    rule.min_pairs = rule.max_pairs = pairs;
    EXPECT_GE(tally(ns, ns, noise, rule).covered, 0.95) << pairs << " pairs";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Noise, Coverage,
    testing::Values(Case{"calm", 50'000, {}}, Case{"tiny_kernel", 1'120, {}},
                    Case{"small_kernel", 6'000, {}}, Case{"long_kernel", 3e6, {}},
                    Case{"quiet", 20'000, {.drift = 0, .jitter = 0, .outlier_share = 0}},
                    Case{"drifting", 50'000, {.drift = 0.1}},
                    Case{"sloping", 50'000, {.drift = 0.02, .slope = 0.02}},
                    Case{"heavy_tails", 50'000, {.outlier_share = 0.3, .outlier = 2}},
                    Case{"rough", 50'000, {.jitter = 0.05}},
                    Case{"perfect_clock", 50'000, {.tick_ns = 0}}),
    [](const auto& info) { return info.param.name; });

TEST(Power, FindsTwoPerCent) {
  const Tally found = tally(51'000, 50'000, {}, patient());
  EXPECT_GE(found.faster, 0.95);
  EXPECT_EQ(found.slower, 0);
}

TEST(Power, TellsNoFalseGains) { EXPECT_LE(tally(50'000, 50'000, {}, patient()).faster, 0.025); }

TEST(Power, IsPreciseFromTwentyMicrosecondsOn) {
  EXPECT_LE(tally(20'000, 20'000, {}, patient()).half_width, 0.005);
  EXPECT_LE(tally(1e6, 1e6, {}, patient()).half_width, 0.005);
}

}  // namespace
}  // namespace cudal1::measure
