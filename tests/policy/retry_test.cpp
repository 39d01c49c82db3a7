#include "policy/retry.h"

#include <gtest/gtest.h>

namespace cudal1::policy {
namespace {

using namespace std::chrono_literals;

TEST(Retry, OnlyWhatPasses) {
  for (const long status : {408, 409, 429, 500, 503, 599})
    EXPECT_TRUE(is_passing(status)) << status;
  for (const long status : {200, 301, 400, 401, 404, 422, 600})
    EXPECT_FALSE(is_passing(status)) << status;
}

TEST(Retry, DoublesUpToAMinute) {
  Backoff backoff(100ms);
  for (int i = 0; i < 100; ++i) {
    const auto first = backoff.delay(1, 0s), third = backoff.delay(3, 0s),
               last = backoff.delay(60, 0s);
    EXPECT_TRUE(first >= 50ms && first <= 100ms) << first.count();
    EXPECT_TRUE(third >= 200ms && third <= 400ms) << third.count();
    EXPECT_TRUE(last >= 30s && last <= 60s) << last.count();
  }
}

TEST(Retry, WaitsAsAskedWithinBounds) {
  Backoff backoff(100ms);
  EXPECT_EQ(backoff.delay(1, 7s), 7s);
  EXPECT_EQ(backoff.delay(1, std::chrono::seconds::max()), 10min);
  EXPECT_LE(backoff.delay(1, -5s), 100ms);
}

}  // namespace
}  // namespace cudal1::policy
