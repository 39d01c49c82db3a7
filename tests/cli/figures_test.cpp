#include "cudal1/cli/figures.h"

#include <gtest/gtest.h>

namespace cudal1::cli {
namespace {

TEST(Figures, SpeedupsHaveAsManyDigitsAsTheyAreSharp) {
  EXPECT_EQ(show_speedup({1.0015, 0.9992, 1.0031}), "1.002× [0.999, 1.003]");
  EXPECT_EQ(show_speedup({1.25, 1.2, 1.3}), "1.25× [1.20, 1.30]");
  EXPECT_EQ(show_speedup({123.4, 120, 125}), "123.4× [120.0, 125.0]");
}

TEST(Figures, TimesShowTheirNoise) {
  EXPECT_EQ(show_time({1000, 1000, 1010, 990, 1000}), "1.00 µs ± 0.0 %");
  EXPECT_EQ(show_time({2e6}), "2.00 ms");
  EXPECT_EQ(show_time({}), "–");
}

TEST(Figures, RooflineIsTheFloorOverTheTime) {
  evaluate::Measurement measurement;
  measurement.candidate_ns = {200, 200, 200};
  EXPECT_EQ(show_roofline(measurement), "–");
  measurement.floor_ns = 90;
  EXPECT_EQ(show_roofline(measurement), "45 %");
}

}  // namespace
}  // namespace cudal1::cli
