// The random numbers that tokens are drawn with: those of kernels/sample.cu, which draws the same
// tokens from the same logits.
#pragma once

#include <cmath>
#include <cstdint>

namespace cudal1::model {

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15;

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
inline uint64_t mixed(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// When a token of weight 1 arrives: exponentially distributed with mean 1. `position`: of the token
// before it in its text. Of tokens with weights w, the first at race_time / w is drawn with
// probability w / sum of w.
inline float race_time(uint64_t seed, int64_t position, int64_t token) {
  const uint64_t key = mixed(seed + kGolden * (uint64_t(position) + 1));
  const uint64_t z = mixed(key + kGolden * (uint64_t(token) + 1));
  return -std::log1p(-(float(z) * 0x1p-64f));
}

}  // namespace cudal1::model
