// What the comparing instructions share.
#pragma once

#include <cstdint>

#include "decode.h"
#include "warp.h"

namespace cudal1::sim {

enum class Compare {
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kEqu,
  kNeu,
  kLtu,
  kLeu,
  kGtu,
  kGeu,
  kNum,
  kNan,
  kCount
};

Compare decode_comparison(Decoder& d);

// ne is ordered: false when either side is NaN, unlike C++.
template <Compare kOp, typename T>
inline bool holds(T a, T b) {
  const bool nan = a != a || b != b;
  switch (kOp) {
    case Compare::kEq:
      return a == b;
    case Compare::kNe:
      return a != b && !nan;
    case Compare::kLt:
      return a < b;
    case Compare::kLe:
      return a <= b;
    case Compare::kGt:
      return a > b;
    case Compare::kGe:
      return a >= b;
    case Compare::kEqu:
      return a == b || nan;
    case Compare::kNeu:
      return a != b;
    case Compare::kLtu:
      return !(a >= b);
    case Compare::kLeu:
      return !(a > b);
    case Compare::kGtu:
      return !(a <= b);
    case Compare::kGeu:
      return !(a < b);
    case Compare::kNum:
      return !nan;
    case Compare::kNan:
      return nan;
    default:
      return false;
  }
}

// Inst::flags of setp: how its result is combined with a further predicate.
enum CombineFlags : uint32_t {
  kCombineAnd = 1,
  kCombineOr = 2,
  kCombineXor = 3,
  kCombine = 3,
  kCombineNegated = 4
};

// `value` combined with predicate c as the flags say.
inline uint32_t combined(const Warp& warp, const Inst& in, uint32_t value) {
  const uint32_t how = in.flags & kCombine;
  if (how == 0) return value;
  const uint32_t c = warp.predicate(in.c) ^ ((in.flags & kCombineNegated) ? kAllLanes : 0);
  return how == kCombineAnd ? value & c : how == kCombineOr ? value | c : value ^ c;
}

// For two halves per lane, whose operands are decoded: setp writes p and q, set a pair of `truth`
// or zero.
Handler setp_of_pairs(Decoder& d, Type type, Compare compare);
Handler set_of_pairs(Decoder& d, Type type, Compare compare, uint16_t truth);

}  // namespace cudal1::sim
