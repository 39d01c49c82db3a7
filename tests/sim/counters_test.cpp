// What L1 is said to hold.
#include "counters.h"

#include <gtest/gtest.h>

namespace cudal1::sim {
namespace {

constexpr uint64_t kRow = 256;    // sectors: a row of 2048 floats
constexpr uint64_t kRows = 64;    // blocks, each with a row of its own
constexpr uint64_t kShare = 960;  // sectors of L1: the rows of both streams fit nearly twice

// A block reads a row of x, then again while it writes a row of y, then it reads that. Gives the
// share of the second and third readings that miss.
double missed(uint64_t x, uint64_t y) {
  BlockCache cache;
  cache.resize(kShare * 32);
  uint64_t misses = 0;
  for (uint64_t row = 0; row < kRows; ++row) {
    cache.clear();
    const auto sector = [&](uint64_t base, uint64_t at) { return base + row * kRow + at; };
    for (uint64_t at = 0; at < kRow; ++at) cache.miss(sector(x, at));
    for (uint64_t at = 0; at < kRow; ++at) {
      misses += cache.miss(sector(x, at));
      cache.miss(sector(y, at));
    }
    for (uint64_t at = 0; at < kRow; ++at) misses += cache.miss(sector(y, at));
  }
  return double(misses) / double(2 * kRow * kRows);
}

TEST(BlockCache, DistanceOfTwoStreamsHardlyMatters) {
  const uint64_t x = 0x7f0000000000 / 32;
  double least = 1, most = 0;
  for (uint64_t rows : {1056, 2048, 4064, 4096, 4100, 4128, 8192})
    for (uint64_t gap : {0, 16, 128, 65536, 1 << 20}) {
      const double share = missed(x, x + rows * kRow + gap);
      least = std::min(least, share), most = std::max(most, share);
    }
  EXPECT_GT(least, 0.05);  // half of the share is in use, and chance overfills some sets
  EXPECT_LT(most, 0.12);
  EXPECT_LT(most - least, 0.02);
}
TEST(BlockCache, WhatFitsWellStays) {
  BlockCache cache;
  cache.resize(kShare * 32);
  uint64_t misses = 0;
  for (int pass = 0; pass < 10; ++pass)
    for (uint64_t at = 0; at < kShare / 10; ++at) misses += cache.miss(at);
  EXPECT_EQ(misses, kShare / 10);
}
TEST(BlockCache, HoldsNoMoreThanItsShare) {
  BlockCache cache;
  cache.resize(kShare * 32);
  uint64_t misses = 0;
  for (int pass = 0; pass < 10; ++pass)
    for (uint64_t at = 0; at < 10 * kShare; ++at) misses += cache.miss(at);
  EXPECT_GT(misses, 99 * kShare);
}

}  // namespace
}  // namespace cudal1::sim
