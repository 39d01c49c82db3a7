// Robust statistics of paired timings.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cudal1::measure {

// Median with its confidence interval. For speedups: > 1 means the candidate is faster.
struct Interval {
  double median = 0, low = 0, high = 0;
  bool contains(double value) const { return low <= value && value <= high; }
  double half_width() const { return (high - low) / 2; }
};

double median(std::span<const double> values);              // values not empty
double quantile(std::span<const double> values, double q);  // linear interpolation, q in [0, 1]
double relative_mad(
    std::span<const double> values);  // median absolute deviation over median, × 1.4826

// exp of the bootstrap interval of the median of `log_ratios` (percentile bootstrap over blocks:
// entries that share a block index are resampled together, since they share clocks and heat).
// confidence in (0, 1). Fewer than kMinBootstrapBlocks blocks cannot span such an interval by
// resampling; then it is at least Student's t interval of the block means (but never more than a
// factor of 2 either way, which is also what a single entry gets: it tells nothing of its noise).
constexpr uint32_t kMinBootstrapBlocks = 16;
Interval bootstrap_ratio(std::span<const double> log_ratios, std::span<const uint32_t> blocks,
                         double confidence, uint32_t resamples, uint64_t seed);

}  // namespace cudal1::measure
