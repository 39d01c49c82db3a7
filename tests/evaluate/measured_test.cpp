#include "measured.h"

#include <gtest/gtest.h>

namespace cudal1::evaluate {
namespace {

measure::Comparison comparison_of(double reference_ns, double candidate_ns) {
  measure::StopRule rule;
  rule.max_time = std::chrono::hours(1);
  const auto steady = [&](const std::vector<measure::Side>& order) {
    std::vector<double> times;
    for (const measure::Side side : order)
      times.push_back(side == measure::Side::kReference ? reference_ns : candidate_ns);
    return measure::BlockTimes(times, std::vector<double>(order.size(), 1980));
  };
  return measure::compare(steady, rule, kIndifference, 1);
}

TEST(Measured, KeepsTheSamplesWithTheirBlocks) {
  const Measurement m = measured(comparison_of(2e6, 1e6));
  EXPECT_EQ(m.decision, measure::Decision::kFaster);
  EXPECT_NE(m.reason, "");
  ASSERT_EQ(m.block.size(), m.reference_ns.size());
  EXPECT_EQ(m.block[0], 0u);
  EXPECT_EQ(m.block[2], 1u);
  EXPECT_EQ(m.sm_mhz, std::vector<double>(m.block.size() / 2, 1980));
  EXPECT_TRUE(m.discarded_blocks.empty());
}

TEST(Measured, NoiseFloorTakesADecisionBack) {
  Measurement m = measured(comparison_of(1.02e6, 1e6));
  apply_noise_floor(m, 0.001);
  EXPECT_EQ(m.decision, measure::Decision::kFaster) << m.reason;
  EXPECT_EQ(m.noise_floor, 0.001);
  apply_noise_floor(m, 0.03);
  EXPECT_EQ(m.decision, measure::Decision::kAmbiguous);
  EXPECT_NE(m.reason.find("less than the ±3.00 %"), std::string::npos) << m.reason;
}

TEST(Measured, FewPairsAreNoNoiseFloor) {
  EXPECT_NEAR(noise_floor_of({1, 0.99, 1.02}, 8), 0.02, 1e-12);
  EXPECT_EQ(noise_floor_of({1, 0.5, 2}, 7), 0);
}

TEST(Measured, AShapeIsTheMedians) {
  const ShapeTiming shape = shape_of("inputs_odd", measured(comparison_of(1e6, 2e6)));
  EXPECT_EQ(shape.function, "inputs_odd");
  EXPECT_EQ(shape.decision, measure::Decision::kSlower);
  EXPECT_EQ(shape.reference_ns, 1e6);
  EXPECT_EQ(shape.candidate_ns, 2e6);
  EXPECT_DOUBLE_EQ(shape.speedup.median, 0.5);
}

}  // namespace
}  // namespace cudal1::evaluate
