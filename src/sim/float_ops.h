// Pieces of f32 and f64 arithmetic that several families share.
#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>

#include "decode.h"

namespace cudal1::sim {

// Subnormals become zero of the same sign.
inline float flush(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  return std::bit_cast<float>((bits & 0x7f800000u) == 0 ? bits & 0x80000000u : bits);
}

inline float saturate(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }

// A NaN loses against a number; -0 is less than +0.
template <typename T>
inline T min_number(T a, T b) {
  const T smaller = a < b ? a : b < a ? b : (std::signbit(a) ? a : b);
  return a != a ? b : b != b ? a : smaller;
}
template <typename T>
inline T max_number(T a, T b) {
  const T larger = a > b ? a : b > a ? b : (std::signbit(a) ? b : a);
  return a != a ? b : b != b ? a : larger;
}

// .rz .rm .rp forms of arithmetic; null when there is none.
Handler select_directed(Decoder& d, Type type);

}  // namespace cudal1::sim
