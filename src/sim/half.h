// f16 and bf16 values as bits, converted without help from the CPU so that every build gives the
// same.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace cudal1::sim {

inline float brain_to_float(uint16_t x) { return std::bit_cast<float>(uint32_t(x) << 16); }

inline float half_to_float(uint16_t x) {
  const uint32_t sign = uint32_t(x & 0x8000) << 16, rest = x & 0x7fff;
  // Subnormals: the mantissa in units of 2^-24, exactly.
  const float small = float(rest) * 0x1p-24f;
  const uint32_t normal = (rest << 13) + (uint32_t(rest >= 0x7c00 ? 255 - 31 : 127 - 15) << 23);
  const uint32_t magnitude = rest < 0x400 ? std::bit_cast<uint32_t>(small) : normal;
  return std::bit_cast<float>(sign | magnitude);
}

enum class Rounding : uint8_t { kNearest, kZero, kDown, kUp, kNearestAway };

// `x` rounded once to `kMantissa` stored mantissa bits with `kExponent` exponent bits, as the
// format's bits.
template <int kMantissa, int kExponent>
inline uint16_t round_to_small(double x, Rounding rounding) {
  constexpr int kBias = (1 << (kExponent - 1)) - 1;
  const auto bits = std::bit_cast<uint64_t>(x);
  const auto sign = uint16_t((bits >> 63) << (kMantissa + kExponent));
  constexpr auto kInfinity = uint16_t(((1 << kExponent) - 1) << kMantissa);
  if (x != x) return uint16_t((1 << (kMantissa + kExponent)) - 1);
  const int exponent = int((bits >> 52) & 0x7ff) - 1023;
  if (exponent == 1024) return sign | kInfinity;
  if ((bits << 1) == 0) return sign;
  uint64_t mantissa =
      (bits & ((uint64_t(1) << 52) - 1)) | (exponent == -1023 ? 0 : uint64_t(1) << 52);
  // Bits to drop: those beyond kMantissa, more for results below the smallest normal.
  int drop = 52 - kMantissa;
  int biased = exponent + kBias;
  if (biased <= 0) drop += 1 - biased, biased = 0;
  if (drop > 63) drop = 63;
  const uint64_t kept = mantissa >> drop, lost = mantissa & ((uint64_t(1) << drop) - 1);
  const uint64_t half = uint64_t(1) << (drop - 1);
  bool up = false;
  switch (rounding) {
    case Rounding::kNearest:
      up = lost > half || (lost == half && (kept & 1));
      break;
    case Rounding::kNearestAway:
      up = lost >= half;
      break;
    case Rounding::kZero:
      break;
    case Rounding::kDown:
      up = lost != 0 && sign != 0;
      break;
    case Rounding::kUp:
      up = lost != 0 && sign == 0;
      break;
  }
  // A normal result carries its hidden bit in `kept`, which the exponent field must not count
  // twice.
  const uint64_t magnitude =
      (biased > 0 ? (uint64_t(biased - 1) << kMantissa) + kept : kept) + (up ? 1 : 0);
  if (magnitude >= kInfinity) {
    const bool to_infinity = rounding == Rounding::kNearest || rounding == Rounding::kNearestAway ||
                             (rounding == Rounding::kUp && sign == 0) ||
                             (rounding == Rounding::kDown && sign != 0);
    return sign | uint16_t(to_infinity ? kInfinity : kInfinity - 1);
  }
  return sign | uint16_t(magnitude);
}

inline uint16_t to_half(double x, Rounding rounding = Rounding::kNearest) {
  return round_to_small<10, 5>(x, rounding);
}
inline uint16_t to_brain(double x, Rounding rounding = Rounding::kNearest) {
  return round_to_small<7, 8>(x, rounding);
}

// float → bf16 to nearest even, in a form that vectorises.
inline uint16_t float_to_brain(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return x != x ? uint16_t(0x7fff) : uint16_t(rounded);
}

// float → f16 to nearest even, in a form that vectorises.
inline uint16_t float_to_half(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
  // Below 2^-14: adding 0.5 leaves the mantissa in units of 2^-24, rounded by the addition.
  const auto small = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
  const uint32_t normal = (magnitude - 0x38000000u + 0xfff + ((magnitude >> 13) & 1)) >> 13;
  uint32_t result = magnitude < 0x38800000u ? small : normal;
  result = magnitude >= 0x477ff000u ? 0x7c00 : result;
  result = magnitude > 0x7f800000u ? 0x7fff : result;
  return uint16_t(magnitude > 0x7f800000u ? result : result | sign);
}

// The sum of two doubles with the last bit forced odd when it is inexact, so that one further
// rounding to a much narrower format is a single rounding of the exact sum (Boldo, Melquiond 2008).
inline double add_to_odd(double a, double b) {
  const double sum = a + b, other = sum - a, error = (a - (sum - other)) + (b - other);
  auto bits = std::bit_cast<int64_t>(sum);
  if (error != 0 && error == error && (bits & 1) == 0) bits += (error > 0) == (sum > 0) ? 1 : -1;
  return std::bit_cast<double>(bits);
}

}  // namespace cudal1::sim
