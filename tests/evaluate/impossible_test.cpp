#include "impossible.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace cudal1::evaluate {
namespace {

constexpr MemoryLimits kLimits{1e12, 50'000'000};

// With outputs of so many bytes; nothing is allocated.
Trial trial_of(std::initializer_list<int64_t> bytes) {
  Trial trial;
  for (const int64_t size : bytes) {
    Expected expected;
    expected.value = at::empty({size}, at::TensorOptions().dtype(at::kByte).device(at::kMeta));
    trial.expected.push_back(expected);
  }
  return trial;
}

bool rejected(const Trial& trial, double reference_ns, double candidate_ns,
              const MemoryLimits& limits = kLimits) {
  return impossible(trial, limits, reference_ns, candidate_ns, {7, 3}).has_value();
}

TEST(Impossible, OutputsBeyondTheCacheTakeTheirTime) {
  const Trial trial = trial_of({100'000'000, 50'000'000});  // 100 MB beyond: 100 µs
  EXPECT_DOUBLE_EQ(least_ns(trial, kLimits), 90'000);
  EXPECT_TRUE(rejected(trial, 200'000, 89'000));
  EXPECT_FALSE(rejected(trial, 200'000, 91'000));
}
TEST(Impossible, WhatFitsIntoTheCacheMayTakeNone) {
  EXPECT_EQ(least_ns(trial_of({50'000'000}), kLimits), 0);
  EXPECT_FALSE(rejected(trial_of({50'000'000}), 200'000, 1));
}
TEST(Impossible, WhatTheReferenceDoesIsPossible) {
  EXPECT_FALSE(rejected(trial_of({150'000'000}), 2'000, 1'000));
}
TEST(Impossible, UnknownBandwidthsProveNothing) {
  EXPECT_FALSE(rejected(trial_of({150'000'000}), 200'000, 1, {0, 0}));
}
TEST(Impossible, TheFailureTellsBothTimesAndThePlace) {
  const auto failure = impossible(trial_of({150'000'000}), kLimits, 200'000, 5'000, {7, 3});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->rule, "impossible_speed");
  EXPECT_EQ(failure->message,
            "its time is 5000 ns, but its outputs alone need 90000 ns to reach memory");
  EXPECT_EQ(failure->pos.line, 7);
}

}  // namespace
}  // namespace cudal1::evaluate
