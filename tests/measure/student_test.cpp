#include "student.h"

#include <gtest/gtest.h>

namespace cudal1::measure {
namespace {

// Two-sided critical values as any table of the distribution has them.
TEST(Student, MatchesTheTables) {
  EXPECT_NEAR(student_t(0.95, 1), 12.706, 0.001);
  EXPECT_NEAR(student_t(0.99, 1), 63.657, 0.001);
  EXPECT_NEAR(student_t(0.95, 2), 4.303, 0.001);
  EXPECT_NEAR(student_t(0.99, 2), 9.925, 0.001);
  EXPECT_NEAR(student_t(0.99, 3), 5.841, 0.001);
  EXPECT_NEAR(student_t(0.95, 7), 2.365, 0.001);
  EXPECT_NEAR(student_t(0.99, 8), 3.355, 0.001);
  EXPECT_NEAR(student_t(0.99, 1000), 2.581, 0.001);
}

}  // namespace
}  // namespace cudal1::measure
