#include "cudal1/core/rng.h"

#include <gtest/gtest.h>

namespace cudal1 {
namespace {

TEST(Rng, IsSplitMix64) {
  Rng rng(1234567);  // reference values of the authors' C code
  EXPECT_EQ(rng.next(), 6457827717110365317ull);
  EXPECT_EQ(rng.next(), 3203168211198807973ull);
}

TEST(Rng, BelowStaysBelowAndReachesAll) {
  Rng rng(7);
  int seen[5] = {};
  for (int i = 0; i < 1000; ++i) ++seen[rng.below(5)];
  for (int count : seen) EXPECT_GT(count, 120);
}

TEST(SecretSeed, DiffersEachTime) { EXPECT_NE(secret_seed(), secret_seed()); }

}  // namespace
}  // namespace cudal1
