#include "cudal1/measure/energy_window.h"

#include <gtest/gtest.h>

namespace cudal1::measure {
namespace {

// 400 W, a call every 2 ms, a counter that moves every 100 ms, read every 10 ms.
TEST(EnergyWindow, HoldsWholePeriodsOfTheCounter) {
  EnergyWindow window(2);
  int readings = 0;
  for (; !window.closed() && readings < 1000; ++readings) {
    const int milliseconds = 37 + 10 * readings;
    const auto counter = uint64_t(milliseconds / 100 * 40'000);  // mJ
    window.read(counter, milliseconds / 1000.0, uint64_t(milliseconds / 2));
  }
  ASSERT_TRUE(window.closed());
  EXPECT_DOUBLE_EQ(window.millijoules(), 800'000);
  EXPECT_DOUBLE_EQ(window.millijoules() / window.calls(), 800);
  EXPECT_LT(readings, 220);
}

TEST(EnergyWindow, IsStuckWhereTheCounterStandsStill) {
  EnergyWindow window(2);
  EXPECT_FALSE(window.stuck(0));
  window.read(5, 0, 1);
  EXPECT_FALSE(window.stuck(0.5));
  window.read(5, 1.5, 10);
  EXPECT_TRUE(window.stuck(1.5));
  EXPECT_FALSE(window.closed());
}

TEST(EnergyWindow, StaysOpenWithoutCalls) {
  EnergyWindow window(2);
  for (int i = 0; i < 100; ++i) window.read(uint64_t(i), 0.1 * i, 1);
  EXPECT_FALSE(window.closed());
  window.read(200, 10, 2);
  EXPECT_TRUE(window.closed());
}

}  // namespace
}  // namespace cudal1::measure
