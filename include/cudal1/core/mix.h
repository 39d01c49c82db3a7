// A hash of one word.
#pragma once

#include <cstdint>

namespace cudal1 {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): every bit of x decides every bit of the result.
constexpr uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

}  // namespace cudal1
