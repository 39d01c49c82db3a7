#include "measured.h"

namespace cudal1::evaluate {
namespace {

constexpr size_t kEnoughPairs = 8;  // fewer make an interval of any width

}  // namespace

Measurement measured(measure::Comparison comparison) {
  measure::PairedSamples& samples = comparison.samples;
  Measurement measurement;
  measurement.speedup = comparison.speedup;
  measurement.decision = comparison.decision;
  measurement.reason = std::move(comparison.reason);
  measurement.reference_ns = std::move(samples.reference_ns);
  measurement.candidate_ns = std::move(samples.candidate_ns);
  measurement.block = std::move(samples.block);
  measurement.sm_mhz = std::move(samples.sm_mhz);
  measurement.discarded_blocks = std::move(samples.discarded);
  measurement.clock_unstable = samples.clock_unstable;
  measurement.stop_rule = std::move(comparison.stop_rule);
  measurement.stopped_by = std::move(comparison.stopped_by);
  return measurement;
}

double noise_floor_of(const measure::Interval& against_itself, size_t pairs) {
  return pairs < kEnoughPairs ? 0 : measure::noise_floor(against_itself);
}

void apply_noise_floor(Measurement& measurement, double noise_floor) {
  measurement.noise_floor = noise_floor;
  const measure::Judgement judgement =
      measure::judge(measurement.speedup, kIndifference,
                     {measurement.block.size(), measurement.stopped_by, noise_floor});
  measurement.decision = judgement.decision;
  measurement.reason = judgement.reason;
}

ShapeTiming shape_of(const std::string& function, const Measurement& measurement) {
  return {function, measurement.speedup, measurement.decision,
          measure::median(measurement.reference_ns), measure::median(measurement.candidate_ns)};
}

}  // namespace cudal1::evaluate
