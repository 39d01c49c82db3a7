// Numbers rounded under a mode of PTX, without touching the CPU's.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "convert.h"

namespace cudal1::sim {

inline double round_integral(double x, Round round) {
  switch (round) {
    case Round::kRn:
      return std::nearbyint(x);
    case Round::kRz:
      return std::trunc(x);
    case Round::kRm:
      return std::floor(x);
    case Round::kRp:
      return std::ceil(x);
    default:
      return x;
  }
}

// Out of range clamps, NaN gives 0 (for 32 bits and fewer) or the smallest value, as sm_90 does.
template <typename I>
I to_integer(double x, Round round) {
  if (x != x)
    return sizeof(I) == 8
               ? (std::is_signed_v<I> ? std::numeric_limits<I>::min() : I(uint64_t(1) << 63))
               : I(0);
  const double value = round_integral(x, round);
  // Both bounds are exact in double except the largest of 64 bits, which >= handles.
  if (value >= double(std::numeric_limits<I>::max())) return std::numeric_limits<I>::max();
  if (value <= double(std::numeric_limits<I>::min())) return std::numeric_limits<I>::min();
  return I(value);
}

inline float narrow(double x, Round round) {
  const auto nearest = float(x);
  if (round == Round::kRn || round == Round::kNone || x != x || double(nearest) == x)
    return nearest;
  const bool up = double(nearest) > x;  // nearest lies above x
  const bool want_down = round == Round::kRm || (round == Round::kRz && x > 0);
  const bool want_up = round == Round::kRp || (round == Round::kRz && x < 0);
  if (up && want_down) return std::nextafterf(nearest, -INFINITY);
  if (!up && want_up) return std::nextafterf(nearest, INFINITY);
  return nearest;
}

template <typename F, typename I>
F from_integer(I x, Round round) {
  const F nearest = F(x);
  if (round == Round::kRn || round == Round::kNone) return nearest;
  // Compare exactly in 128 bits: |nearest| ≤ 2^64.
  const auto exact = __int128(x);
  const auto got = __int128(nearest);
  if (got == exact) return nearest;
  const bool up = got > exact;
  if (up && (round == Round::kRm || (round == Round::kRz && exact > 0)))
    return std::nextafter(nearest, F(-INFINITY));
  if (!up && (round == Round::kRp || (round == Round::kRz && exact < 0)))
    return std::nextafter(nearest, F(INFINITY));
  return nearest;
}

}  // namespace cudal1::sim
