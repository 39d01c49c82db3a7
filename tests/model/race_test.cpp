#include "race.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "cudal1/core/rng.h"

namespace cudal1::model {
namespace {

// A key is the position's number of the seed's SplitMix64, a draw the token's number of the key's.
TEST(Race, DrawsAreThoseOfSplitMix64) {
  Rng keys(7);
  for (int position = 0; position < 3; ++position) {
    const uint64_t key = keys.next();
    EXPECT_EQ(race_key(7, position), key);
    Rng draws(key);
    for (int token = 0; token < 3; ++token) EXPECT_EQ(race_draw(key, token), draws.next());
  }
}

// From an implementation in another language.
TEST(Race, TimesAreWhatTheyAlwaysWere) {
  EXPECT_EQ(race_draw(race_key(7, 3), 151935), 0x517d20a9649386afu);
  EXPECT_FLOAT_EQ(race_time(0, 0, 0), 1.05684233f);
  EXPECT_FLOAT_EQ(race_time(7, 3, 151935), 0.383188397f);
  EXPECT_FLOAT_EQ(race_time(0x8000000000000005, 40000, 12), 1.44661355f);
}

// What kernels/sample.cu draws from 1000 equal logits.
TEST(Race, WinnersAreTheKernels) {
  const auto winner = [](uint64_t seed, int64_t position) {
    std::array<float, 1000> times;
    for (int token = 0; token < 1000; ++token)
      times[size_t(token)] = race_time(seed, position, token);
    return std::min_element(times.begin(), times.end()) - times.begin();
  };
  EXPECT_EQ(winner(7, 3), 159);
  EXPECT_EQ(winner(7, 4), 611);
  EXPECT_EQ(winner(8, 3), 808);
}

TEST(Race, TimesAreExponential) {
  constexpr int kDraws = 100'000;
  double sum = 0, late = 0;
  for (int token = 0; token < kDraws; ++token) {
    const float time = race_time(11, 5, token);
    sum += time, late += time > 3;
  }
  EXPECT_NEAR(sum / kDraws, 1, 0.015);
  EXPECT_NEAR(late / kDraws, 0.0498, 0.0035);
}

}  // namespace
}  // namespace cudal1::model
