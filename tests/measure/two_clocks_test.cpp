#include "cudal1/measure/two_clocks.h"

#include <gtest/gtest.h>

namespace cudal1::measure {
namespace {

TEST(TwoClocks, AgreeWhereBothSidesPayForLaunches) {
  EXPECT_FALSE(disagreement({20e3, 25e3}, {10e3, 15e3}));
  EXPECT_FALSE(disagreement({340e3, 330e3}, {340e3, 330e3})) << "events may read less";
  EXPECT_FALSE(disagreement({20e3, 25e3}, {2e3, 17e3})) << "10 µs more, and half of 2 µs";
}

TEST(TwoClocks, DisagreeAboutWorkThatLeavesNoRecord) {
  const auto told = disagreement({100e3, 105e3}, {10e3, 95e3});
  ASSERT_TRUE(told);
  EXPECT_EQ(*told,
            "its records span 10 µs, but events around it are 95 µs apart (the reference: 100 µs "
            "and 105 µs): it works where no record is made");
  EXPECT_TRUE(disagreement({20e3, 25e3}, {10e3, 31e3}));
}

TEST(TwoClocks, SayNothingWhereOneWasNotRead) {
  EXPECT_FALSE(disagreement({0, 0}, {10e3, 95e3}));
  EXPECT_FALSE(disagreement({20e3, 25e3}, {10e3, 0}));
}

}  // namespace
}  // namespace cudal1::measure
