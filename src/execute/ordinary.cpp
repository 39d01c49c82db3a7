#include "cudal1/execute/ordinary.h"

#include <cmath>
#include <numbers>

#include "cudal1/core/rng.h"

namespace cudal1::execute {
namespace {

// Pairs by the transform of Box and Muller.
std::vector<float> draw() {
  constexpr size_t kCount = (1 << 20) / sizeof(float);
  std::vector<float> contents(kCount);
  Rng rng(secret_seed());
  for (size_t i = 0; i < kCount; i += 2) {
    const double radius = std::sqrt(-2 * std::log(1 - rng.uniform())),
                 angle = 2 * std::numbers::pi * rng.uniform();
    contents[i] = float(radius * std::cos(angle));
    contents[i + 1] = float(radius * std::sin(angle));
  }
  return contents;
}

}  // namespace

const std::vector<float>& ordinary_contents() {
  static const std::vector<float> contents = draw();
  return contents;
}

}  // namespace cudal1::execute
