#include "cudal1/core/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace cudal1 {
namespace {

TEST(Nearest, FindsTypingErrorsOnly) {
  const std::vector<std::string> names{"trials", "max-time", "max-evals"};
  EXPECT_EQ(nearest("trails", names), "trials");
  EXPECT_EQ(nearest("max_time", names), "max-time");
  EXPECT_EQ(nearest("frobnicate", names), "");
}

}  // namespace
}  // namespace cudal1
