#include "cudal1/measure/decision.h"

#include <gtest/gtest.h>

namespace cudal1::measure {
namespace {

std::string reason(const Interval& speedup, const Evidence& evidence) {
  return judge(speedup, 0.01, evidence).reason;
}

TEST(Decide, ByTheWholeInterval) {
  EXPECT_EQ(decide({1.1, 1.06, 1.2}, 0.05), Decision::kFaster);
  EXPECT_EQ(decide({1.1, 1.05, 1.2}, 0.05), Decision::kAmbiguous);
  EXPECT_EQ(decide({0.9, 0.8, 0.94}, 0.05), Decision::kSlower);
  EXPECT_EQ(decide({1.0, 0.96, 1.04}, 0.05), Decision::kSame);
  EXPECT_EQ(decide({1.0, 0.9, 1.04}, 0.05), Decision::kAmbiguous);
  EXPECT_EQ(decide({1, 1, 1}, 0), Decision::kSame);
  EXPECT_STREQ(to_string(Decision::kAmbiguous), "ambiguous");
}

TEST(Judge, SaysWhy) {
  EXPECT_EQ(reason({1, 0.998, 1.003}, {400, "max-pairs"}),
            "the interval [0.998, 1.003] lies within ±1 % of 1");
  EXPECT_EQ(reason({1.25, 1.24, 1.262}, {32, "half-width"}),
            "the interval [1.240, 1.262] lies wholly above 1.01");
  EXPECT_EQ(reason({0.8, 0.79, 0.81}, {32, "half-width"}),
            "the interval [0.790, 0.810] lies wholly below 0.99");
  EXPECT_EQ(reason({12.5, 12.4, 12.6}, {32, "half-width"}),
            "the interval [12.40, 12.60] lies wholly above 1.01");
  EXPECT_EQ(reason({1.0106, 1.0101, 1.0111}, {32, "half-width"}),
            "the interval [1.0101, 1.0111] lies wholly above 1.01");
}

TEST(Judge, SaysWhyNotOfAPrediction) {
  EXPECT_EQ(reason({1.5, 1.5, 1.5}, {}), "the prediction 1.500 lies above 1.01");
  EXPECT_EQ(reason({0.5, 0.5, 0.5}, {}), "the prediction 0.500 lies below 0.99");
  EXPECT_EQ(reason({1, 1, 1}, {}), "the prediction 1.000 lies within ±1 % of 1");
}

TEST(Judge, SaysWhatWasNotEnough) {
  const Interval across{1.005, 0.995, 1.014}, wide{1, 0.9, 1.1};
  EXPECT_EQ(reason(across, {400, "max-pairs"}),
            "the interval reaches from 0.995 to 1.014, across 1.01: 400 pairs were not enough");
  EXPECT_EQ(reason(wide, {36, "max-time"}),
            "the interval reaches from 0.900 to 1.100, across 0.99 and 1.01: 36 pairs were not "
            "enough, and there was no time for more");
  EXPECT_EQ(reason(across, {36, "clock-resolution"}),
            "the interval reaches from 0.995 to 1.014, across 1.01: the clock's ticks hide what is "
            "finer");
  EXPECT_EQ(reason(across, {36, "half-width"}),
            "the interval reaches from 0.995 to 1.014, across 1.01: it is as narrow as was asked "
            "for");
}

TEST(NoiseFloor, ReachesFromOneToTheFartherEnd) {
  EXPECT_NEAR(noise_floor({1, 0.9975, 1.0025}), 0.0025, 1e-12);
  EXPECT_NEAR(noise_floor({1.004, 1.001, 1.007}), 0.007, 1e-12);
  EXPECT_NEAR(noise_floor({0.99, 0.98, 1}), 0.02, 1e-12);
}

TEST(NoiseFloor, HidesSmallDifferences) {
  const Interval faster{1.015, 1.012, 1.018}, slower{0.985, 0.982, 0.988};
  for (const Interval& speedup : {faster, slower}) {
    const Judgement hidden = judge(speedup, 0.01, {400, "max-pairs", 0.02});
    EXPECT_EQ(hidden.decision, Decision::kAmbiguous);
    EXPECT_NE(hidden.reason.find("is 1.50 % from 1, less than the ±2.00 % that the reference "
                                 "differs from itself"),
              std::string::npos)
        << hidden.reason;
    EXPECT_NE(judge(speedup, 0.01, {400, "max-pairs", 0.01}).decision, Decision::kAmbiguous);
  }
  EXPECT_EQ(judge({1, 0.999, 1.001}, 0.01, {400, "", 0.5}).decision, Decision::kSame);
}

}  // namespace
}  // namespace cudal1::measure
