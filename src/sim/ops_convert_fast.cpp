// The commonest forms of cvt, in loops that vectorise.
#include "convert.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

struct WidenHalf {
  static float f(uint16_t x) { return half_to_float(x); }
};
struct WidenBrain {
  static float f(uint16_t x) { return brain_to_float(x); }
};
struct NarrowHalf {
  static uint16_t f(float x) { return float_to_half(x); }
};
struct NarrowBrain {
  static uint16_t f(float x) { return float_to_brain(x); }
};
struct FloatToIntZero {
  static int32_t f(float x) {
    const float clamped = x < -2147483648.0f ? -2147483648.0f : x;
    return x != x ? 0 : clamped >= 2147483648.0f ? INT32_MAX : int32_t(clamped);
  }
};

template <typename To, typename From>
struct Cast {
  static To f(From x) { return To(x); }
};

template <typename To, typename From>
Handler cast() {
  return &map1<Cast<To, From>, To, From>;
}

Handler fast_integer(Type to, Type from) {
  const uint32_t t = bits_of(to), f = bits_of(from);
  if (f == 32 && t == 64)
    return is_signed(from) ? cast<int64_t, int32_t>() : cast<uint64_t, uint32_t>();
  if (f == 64 && t == 32) return cast<uint32_t, uint64_t>();
  if (f == 16 && t == 32)
    return is_signed(from) ? cast<int32_t, int16_t>() : cast<uint32_t, uint16_t>();
  if (f == 32 && t == 16) return cast<uint16_t, uint32_t>();
  return nullptr;
}

Handler fast_float(Type to, Type from, Round round) {
  const bool nearest = round == Round::kRn || round == Round::kNone;
  if (to == Type::kF32 && from == Type::kF16) return &map1<WidenHalf, float, uint16_t>;
  if (to == Type::kF32 && from == Type::kBf16) return &map1<WidenBrain, float, uint16_t>;
  if (to == Type::kF64 && from == Type::kF32) return cast<double, float>();
  if (to == Type::kS32 && from == Type::kF32 && round == Round::kRz)
    return &map1<FloatToIntZero, int32_t, float>;
  if (!nearest) return nullptr;
  if (to == Type::kF16 && from == Type::kF32) return &map1<NarrowHalf, uint16_t, float>;
  if (to == Type::kBf16 && from == Type::kF32) return &map1<NarrowBrain, uint16_t, float>;
  if (to == Type::kF32 && from == Type::kF64) return cast<float, double>();
  if (to == Type::kF32 && from == Type::kS32) return cast<float, int32_t>();
  if (to == Type::kF32 && from == Type::kU32) return cast<float, uint32_t>();
  return nullptr;
}

}  // namespace

Handler fast_conversion(Type to, Type from, uint32_t flags) {
  if (!is_float(to)) flags &= ~uint32_t(kConvertToInteger);
  if (flags & ~kConvertRoundMask) return nullptr;
  if (const Handler handler = fast_float(to, from, Round(flags))) return handler;
  if (is_float(to) || is_float(from) || flags != 0) return nullptr;
  return fast_integer(to, from);
}

}  // namespace cudal1::sim
