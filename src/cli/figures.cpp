#include "cudal1/cli/figures.h"

#include "cudal1/cli/values.h"

namespace cudal1::cli {

std::string show_factor(double factor) { return show_fixed(factor, factor < 9.995 ? 2 : 1) + "×"; }

std::string show_speedup(const measure::Interval& speedup) {
  if (speedup.low == speedup.high) return show_factor(speedup.median);
  // As many digits as the interval is wide, three at most: 1.002 and 1.25.
  const int digits = speedup.half_width() < 0.005 * speedup.median && speedup.median < 9.995 ? 3
                     : speedup.median < 99.95                                                ? 2
                                                                                             : 1;
  return show_fixed(speedup.median, digits) + "× [" + show_fixed(speedup.low, digits) + ", " +
         show_fixed(speedup.high, digits) + "]";
}

std::string show_time(const std::vector<double>& samples_ns) {
  if (samples_ns.empty()) return "–";
  const std::string time = show_nanoseconds(measure::median(samples_ns));
  if (samples_ns.size() == 1) return time;
  return time + " ± " + show_fixed(100 * measure::relative_mad(samples_ns), 1) + " %";
}

std::optional<double> roofline_share(const evaluate::Measurement& measurement) {
  if (measurement.floor_ns <= 0 || measurement.candidate_ns.empty()) return std::nullopt;
  const double time = measure::median(measurement.candidate_ns);
  return time > 0 ? std::optional(measurement.floor_ns / time) : std::nullopt;
}

std::string show_roofline(const evaluate::Measurement& measurement) {
  const auto share = roofline_share(measurement);
  return share ? show_fixed(100 * *share, 0) + " %" : "–";
}

std::string label(const evaluate::Measurement& measurement) {
  return measurement.predicted ? "predicted " : "";
}

const evaluate::Measurement* measurement_of(const evaluate::Verdict& verdict) {
  const auto* passed = std::get_if<evaluate::Passed>(&verdict);
  return passed ? &passed->measurement : nullptr;
}

}  // namespace cudal1::cli
