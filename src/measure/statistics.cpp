#include "cudal1/measure/statistics.h"

#include <algorithm>
#include <cmath>

#include "cudal1/core/assert.h"

namespace cudal1::measure {

double quantile(std::span<const double> values, double q) {
  CUDAL1_ASSERT(!values.empty() && q >= 0 && q <= 1);
  std::vector<double> sorted(values.begin(), values.end());
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const double fraction = position - static_cast<double>(below);
  const auto lower = sorted.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(sorted.begin(), lower, sorted.end());
  if (fraction == 0) return *lower;
  const double upper = *std::min_element(lower + 1, sorted.end());
  return *lower + fraction * (upper - *lower);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double relative_mad(std::span<const double> values) {
  const double middle = median(values);
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (double value : values) deviations.push_back(std::abs(value - middle));
  const double mad = median(deviations);
  if (mad == 0) return 0;
  // 1.4826 makes it the standard deviation where the noise is normal.
  return 1.4826 * mad / std::abs(middle);
}

}  // namespace cudal1::measure
