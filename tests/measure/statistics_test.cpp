#include "cudal1/measure/statistics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numeric>

#include "cudal1/core/rng.h"

namespace cudal1::measure {
namespace {

std::vector<uint32_t> blocks_of(size_t entries, uint32_t size) {
  std::vector<uint32_t> result(entries);
  for (size_t i = 0; i < entries; ++i) result[i] = static_cast<uint32_t>(i) / size;
  return result;
}

TEST(Median, OfOddAndEvenCounts) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median(std::vector<double>{7}), 7);
}

TEST(Quantile, InterpolatesBetweenNeighbours) {
  const std::vector<double> values{40, 10, 30, 20};
  EXPECT_EQ(quantile(values, 0), 10);
  EXPECT_EQ(quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 37);
}

TEST(RelativeMad, IsRobust) {
  EXPECT_EQ(relative_mad(std::vector<double>{5, 5, 5}), 0);
  EXPECT_EQ(relative_mad(std::vector<double>{0, 0, 0}), 0);
  EXPECT_DOUBLE_EQ(relative_mad(std::vector<double>{9, 10, 11, 10, 9, 11, 1000}), 1.4826 * 0.1);
}

TEST(BootstrapRatio, MedianIsThatOfTheRatios) {
  std::vector<double> logs;
  for (double ratio : {1.1, 1.2, 1.3, 1.25, 1.15}) logs.push_back(std::log(ratio));
  const Interval interval = bootstrap_ratio(logs, blocks_of(5, 1), 0.95, 500, 1);
  EXPECT_NEAR(interval.median, 1.2, 1e-12);
  EXPECT_LT(interval.low, 1.2);
  EXPECT_GT(interval.high, 1.2);
}

TEST(BootstrapRatio, IsDeterministicForASeed) {
  Rng rng(3);
  std::vector<double> logs(60);
  for (double& value : logs) value = rng.uniform() - 0.5;
  const auto blocks = blocks_of(60, 2);
  const Interval first = bootstrap_ratio(logs, blocks, 0.9, 300, 11);
  const Interval again = bootstrap_ratio(logs, blocks, 0.9, 300, 11);
  const Interval other = bootstrap_ratio(logs, blocks, 0.9, 300, 12);
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_TRUE(first.low != other.low || first.high != other.high);
  EXPECT_EQ(first.median, other.median);
}

// The exact distribution is known: with one entry per block the resampled median of n = 11 is at
// most the k-th smallest with P(Binomial(11, k / 11) >= 6). For k = 3 that is 0.052, for k = 2
// 0.006, so that an interval of 92 % begins at the 3rd.
TEST(BootstrapRatio, AgreesWithTheExactBootstrapDistribution) {
  std::vector<double> logs(11);
  std::iota(logs.begin(), logs.end(), 0.0);
  const Interval interval = bootstrap_ratio(logs, blocks_of(11, 1), 0.92, 20000, 5);
  EXPECT_DOUBLE_EQ(std::log(interval.low), 2);
  EXPECT_DOUBLE_EQ(std::log(interval.high), 8);
}

// Twenty entries in ten blocks hold no more than ten independent ones: resampling entries alone
// would be too sure of itself by a factor of sqrt(2).
TEST(BootstrapRatio, ResamplesBlocksAndNotEntries) {
  Rng rng(9);
  double together = 0;
  double alone = 0;
  for (uint64_t set = 0; set < 30; ++set) {
    std::vector<double> logs(100);
    for (size_t i = 0; i < logs.size(); i += 2) logs[i] = logs[i + 1] = rng.uniform();
    together += bootstrap_ratio(logs, blocks_of(100, 2), 0.95, 1000, set).half_width();
    alone += bootstrap_ratio(logs, blocks_of(100, 1), 0.95, 1000, set).half_width();
  }
  EXPECT_NEAR(together / alone, std::sqrt(2.0), 0.2);
}

TEST(BootstrapRatio, OneEntryTellsNothingOfItsNoise) {
  const Interval interval =
      bootstrap_ratio(std::vector<double>{std::log(1.5)}, blocks_of(1, 1), 0.99, 100, 1);
  EXPECT_DOUBLE_EQ(interval.median, 1.5);
  EXPECT_DOUBLE_EQ(interval.low, 0.75);
  EXPECT_DOUBLE_EQ(interval.high, 3);
}

TEST(BootstrapRatio, FewBlocksAreAtLeastStudentsInterval) {
  const std::vector<double> logs{0.0, 0.002};
  const Interval interval = bootstrap_ratio(logs, blocks_of(2, 2), 0.99, 100, 1);
  EXPECT_NEAR(std::log(interval.high), 0.001 + 63.657 * 0.001, 1e-4);
  EXPECT_NEAR(std::log(interval.low), 0.001 - 63.657 * 0.001, 1e-4);
}

TEST(BootstrapRatio, TwoWildEntriesStayWithinAFactorOfTwo) {
  const std::vector<double> logs{-0.2, 0.2};
  const Interval interval = bootstrap_ratio(logs, blocks_of(2, 2), 0.99, 100, 1);
  EXPECT_DOUBLE_EQ(interval.high, 2);
  EXPECT_DOUBLE_EQ(interval.low, 0.5);
}

TEST(BootstrapRatio, BlocksMayDifferInSizeAndNumbering) {
  const std::vector<double> logs{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::vector<uint32_t> blocks{7, 7, 7, 9, 12, 12, 40, 41, 42, 43, 44, 44};
  const Interval interval = bootstrap_ratio(logs, blocks, 0.95, 1000, 1);
  EXPECT_DOUBLE_EQ(std::log(interval.median), 6.5);
  EXPECT_GE(std::log(interval.low), 1 - 8);
  EXPECT_LT(interval.low, interval.median);
}

TEST(BootstrapRatio, FourHundredPairsTakeMilliseconds) {
  Rng rng(1);
  std::vector<double> logs(400);
  for (double& value : logs) value = rng.uniform();
  const auto blocks = blocks_of(400, 2);
  auto best = std::chrono::steady_clock::duration::max();
  for (uint64_t run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    bootstrap_ratio(logs, blocks, 0.99, 2000, run);
    best = std::min(best, std::chrono::steady_clock::now() - start);
  }
  EXPECT_LE(best, std::chrono::milliseconds(10));
}

}  // namespace
}  // namespace cudal1::measure
