// What the parts of cvt share.
#pragma once

#include <cstdint>

#include "decode.h"
#include "half.h"

namespace cudal1::sim {

enum class Round : uint8_t { kNone, kRn, kRz, kRm, kRp, kRna };

// Inst::flags of a conversion; the low bits hold its Round.
enum ConvertFlags : uint32_t {
  kConvertSat = 1u << 8,
  kConvertFtz = 1u << 9,
  kConvertRelu = 1u << 10,
  kConvertToInteger = 1u << 11,
  kConvertRoundMask = 0xff
};

inline Round round_of(const Inst& in) { return Round(in.flags & kConvertRoundMask); }

inline Rounding half_rounding(Round round) {
  switch (round) {
    case Round::kRz:
      return Rounding::kZero;
    case Round::kRm:
      return Rounding::kDown;
    case Round::kRp:
      return Rounding::kUp;
    case Round::kRna:
      return Rounding::kNearestAway;
    default:
      return Rounding::kNearest;
  }
}

// For registers as wide as their types, with no flag that needs more; null when there is none.
Handler fast_conversion(Type to, Type from, uint32_t flags);
// For every pair of types. imm = width of the source register | width of the destination register
// << 8.
Handler general_conversion(Type to, Type from);
// Two f32 to a pair of halves.
Handler decode_pair_conversion(Decoder& d, Type to);
Handler decode_tf32_conversion(Decoder& d);

}  // namespace cudal1::sim
