// The random numbers of sampling: a function of seed, position and token alone, the same as in
// kernels/race.cuh. Tokens race: the first to arrive, at race_time / exp(l), is drawn with the
// chance that the softmax of l gives it; it is the one of the greatest l - log(race_time).
#pragma once

#include <cmath>
#include <cstdint>

namespace cudal1::model {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
constexpr uint64_t mixed(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// Of all tokens that may follow `position`.
constexpr uint64_t race_key(uint64_t seed, int64_t position) {
  return mixed(seed + kGolden * (uint64_t(position) + 1));
}
// Uniform in 64 bits.
constexpr uint64_t race_draw(uint64_t key, int32_t token) {
  return mixed(key + kGolden * (uint64_t(token) + 1));
}
// Exponentially distributed.
inline float race_time(uint64_t seed, int64_t position, int32_t token) {
  return -std::log1p(-(float(race_draw(race_key(seed, position), token)) * 0x1p-64f));
}

}  // namespace cudal1::model
