#include "student.h"

#include <cmath>
#include <numbers>

#include "cudal1/core/assert.h"

namespace cudal1::measure {
namespace {

// P(|T| <= t): the finite series for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and
// 26.7.4).
double within(double t, int degrees) {
  const double theta = std::atan(t / std::sqrt(degrees));
  const double cosine_squared = std::cos(theta) * std::cos(theta);
  const bool odd = degrees % 2 != 0;
  double term = odd ? std::cos(theta) : 1.0;
  double sum = degrees == 1 ? 0.0 : term;
  for (int k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= cosine_squared * (k - 1) / k;
    sum += term;
  }
  if (!odd) return std::sin(theta) * sum;
  return 2 / std::numbers::pi * (theta + std::sin(theta) * sum);
}

}  // namespace

double student_t(double confidence, int degrees) {
  CUDAL1_ASSERT(confidence > 0 && confidence < 1 && degrees >= 1);
  double low = 0;
  double high = 1;
  while (within(high, degrees) < confidence) high *= 2;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (within(middle, degrees) < confidence ? low : high) = middle;
  }
  return high;
}

}  // namespace cudal1::measure
