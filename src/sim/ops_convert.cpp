// cvt between every pair of types, with rounding, saturation and flushing.
#include <cfloat>
#include <cmath>
#include <limits>

#include "decode.h"
#include "float_ops.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

enum class Round : uint8_t { kNone, kRn, kRz, kRm, kRp, kRna };

enum : uint32_t {
  kSat = 1u << 8,
  kFtz = 1u << 9,
  kRelu = 1u << 10,
  kToInteger = 1u << 11,
  kRoundMask = 0xff
};

double round_integral(double x, Round round) {
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

// double → float under a rounding mode, without touching the CPU's.
float narrow(double x, Round round) {
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

Rounding half_rounding(Round round) {
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

// How a type lives in a register, and its value as a double (exact for all but 64-bit integers).
template <Type kType>
struct Format;
template <>
struct Format<Type::kF16> {
  using Bits = uint16_t;
  static double load(Bits x) { return double(half_to_float(x)); }
  static Bits store(double x, Round r) { return to_half(x, half_rounding(r)); }
};
template <>
struct Format<Type::kBf16> {
  using Bits = uint16_t;
  static double load(Bits x) { return double(brain_to_float(x)); }
  static Bits store(double x, Round r) { return to_brain(x, half_rounding(r)); }
};
template <>
struct Format<Type::kF32> {
  using Bits = float;
  static double load(Bits x) { return double(x); }
  static Bits store(double x, Round r) { return narrow(x, r); }
};
template <>
struct Format<Type::kF64> {
  using Bits = double;
  static double load(Bits x) { return x; }
  static Bits store(double x, Round) { return x; }
};

double clamp_unit(double x) { return x > 0 ? (x < 1 ? x : 1.0) : 0.0; }

template <Type kTo, Type kFrom>
void float_to_float(Warp& warp, const Inst& in, uint32_t mask) {
  using From = Format<kFrom>;
  using To = Format<kTo>;
  const auto* a = warp.lanes<typename From::Bits>(in.a);
  auto* d = warp.lanes<typename To::Bits>(in.d);
  const auto round = Round(in.flags & kRoundMask);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    double x = From::load(a[l]);
    if (kFrom == Type::kF32 && (in.flags & kFtz)) x = double(flush(float(x)));
    if (in.flags & kToInteger) x = round_integral(x, round);
    if (in.flags & kSat) x = clamp_unit(x);
    if (in.flags & kRelu) x = x != x ? x : (x > 0 ? x : 0.0);
    auto result = To::store(x, (in.flags & kToInteger) ? Round::kRn : round);
    if constexpr (kTo == Type::kF32)
      if (in.flags & kFtz) result = flush(result);
    d[l] = result;
  }
}

// The commonest conversions, in loops that vectorise.
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
struct IntToFloat {
  static float f(int32_t x) { return float(x); }
};
struct UnsignedToFloat {
  static float f(uint32_t x) { return float(x); }
};
struct FloatToDouble {
  static double f(float x) { return double(x); }
};
struct DoubleToFloat {
  static float f(double x) { return float(x); }
};
struct FloatToIntZero {
  static int32_t f(float x) {
    const float clamped = x < -2147483648.0f ? -2147483648.0f : x;
    return x != x ? 0 : clamped >= 2147483648.0f ? INT32_MAX : int32_t(clamped);
  }
};

// Registers of integer sources may be wider than the type: the low bits count.
template <typename I>
I integer_at(const Warp& warp, Slot slot, uint32_t width, int lane) {
  switch (width) {
    case 16:
      return I(warp.lanes<uint16_t>(slot)[lane]);
    case 32:
      return I(warp.lanes<uint32_t>(slot)[lane]);
    default:
      return I(warp.lanes<uint64_t>(slot)[lane]);
  }
}

// imm = width of the source register | width of the destination register << 8.
template <typename I>
void put_integer(const Warp& warp, const Inst& in, int lane, I value) {
  switch (in.imm >> 8) {
    case 16:
      warp.lanes<uint16_t>(in.d)[lane] = uint16_t(value);
      break;
    case 32:
      warp.lanes<uint32_t>(in.d)[lane] = uint32_t(value);
      break;
    default:
      warp.lanes<uint64_t>(in.d)[lane] = uint64_t(value);
      break;
  }
}

template <typename To, typename From>
To saturate_integer(From x) {
  const auto wide = __int128(x);
  if (wide > __int128(std::numeric_limits<To>::max())) return std::numeric_limits<To>::max();
  if (wide < __int128(std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
  return To(x);
}

template <typename To, typename From>
void integer_to_integer(Warp& warp, const Inst& in, uint32_t mask) {
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    const From x = integer_at<From>(warp, in.a, uint32_t(in.imm & 0xff), l);
    put_integer<To>(warp, in, l, (in.flags & kSat) ? saturate_integer<To>(x) : To(x));
  }
}

// Register widths that match the types, no saturation: the fast way.
template <typename To, typename From>
struct Cast {
  static To f(From x) { return To(x); }
};

template <typename I, Type kFrom>
void float_to_integer(Warp& warp, const Inst& in, uint32_t mask) {
  using From = Format<kFrom>;
  const auto* a = warp.lanes<typename From::Bits>(in.a);
  const auto round = Round(in.flags & kRoundMask);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    double x = From::load(a[l]);
    if (kFrom == Type::kF32 && (in.flags & kFtz)) x = double(flush(float(x)));
    put_integer<I>(warp, in, l, to_integer<I>(x, round));
  }
}

template <Type kTo, typename I>
void integer_to_float(Warp& warp, const Inst& in, uint32_t mask) {
  using To = Format<kTo>;
  auto* d = warp.lanes<typename To::Bits>(in.d);
  const auto round = Round(in.flags & kRoundMask);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    const I x = integer_at<I>(warp, in.a, uint32_t(in.imm & 0xff), l);
    if constexpr (kTo == Type::kF32 || kTo == Type::kF64) {
      auto value = from_integer<typename To::Bits>(x, round);
      if (in.flags & kSat) value = typename To::Bits(clamp_unit(double(value)));
      d[l] = value;
    } else {
      // A 64-bit integer beyond 2^53 overflows f16 anyway; for bf16 a sticky last bit keeps the
      // rounding single.
      auto value = double(x);
      if (sizeof(I) == 8 && __int128(value) != __int128(x))
        value = from_integer<double>(x, Round::kRz),
        value = std::bit_cast<double>(std::bit_cast<uint64_t>(value) | 1);
      d[l] = To::store(value, round);
    }
  }
}

template <typename F>
Handler with_integer(Type type, F f) {
  switch (type) {
    case Type::kU8:
    case Type::kB8:
      return f(uint8_t());
    case Type::kS8:
      return f(int8_t());
    case Type::kU16:
    case Type::kB16:
      return f(uint16_t());
    case Type::kS16:
      return f(int16_t());
    case Type::kU32:
    case Type::kB32:
      return f(uint32_t());
    case Type::kS32:
      return f(int32_t());
    case Type::kU64:
    case Type::kB64:
      return f(uint64_t());
    case Type::kS64:
      return f(int64_t());
    default:
      return nullptr;
  }
}

template <Type kTo>
Handler to_float(Type from) {
  switch (from) {
    case Type::kF16:
      return &float_to_float<kTo, Type::kF16>;
    case Type::kBf16:
      return &float_to_float<kTo, Type::kBf16>;
    case Type::kF32:
      return &float_to_float<kTo, Type::kF32>;
    case Type::kF64:
      return &float_to_float<kTo, Type::kF64>;
    default:
      return with_integer(from,
                          [](auto i) -> Handler { return &integer_to_float<kTo, decltype(i)>; });
  }
}

Handler general(Type to, Type from) {
  switch (to) {
    case Type::kF16:
      return to_float<Type::kF16>(from);
    case Type::kBf16:
      return to_float<Type::kBf16>(from);
    case Type::kF32:
      return to_float<Type::kF32>(from);
    case Type::kF64:
      return to_float<Type::kF64>(from);
    default:
      break;
  }
  return with_integer(to, [&](auto t) -> Handler {
    using To = decltype(t);
    switch (from) {
      case Type::kF16:
        return &float_to_integer<To, Type::kF16>;
      case Type::kBf16:
        return &float_to_integer<To, Type::kBf16>;
      case Type::kF32:
        return &float_to_integer<To, Type::kF32>;
      case Type::kF64:
        return &float_to_integer<To, Type::kF64>;
      default:
        return with_integer(from,
                            [](auto f) -> Handler { return &integer_to_integer<To, decltype(f)>; });
    }
  });
}

Handler fast_integer(Type to, Type from) {
  const uint32_t t = bits_of(to), f = bits_of(from);
  if (f == 32 && t == 64)
    return is_signed(from) ? Handler(&map1<Cast<int64_t, int32_t>, int64_t, int32_t>)
                           : &map1<Cast<uint64_t, uint32_t>, uint64_t, uint32_t>;
  if (f == 64 && t == 32) return &map1<Cast<uint32_t, uint64_t>, uint32_t, uint64_t>;
  if (f == 16 && t == 32)
    return is_signed(from) ? Handler(&map1<Cast<int32_t, int16_t>, int32_t, int16_t>)
                           : &map1<Cast<uint32_t, uint16_t>, uint32_t, uint16_t>;
  if (f == 32 && t == 16) return &map1<Cast<uint16_t, uint32_t>, uint16_t, uint32_t>;
  return nullptr;
}

// Handlers for conversions that need none of the flags.
Handler fast(Type to, Type from, uint32_t flags, Round round) {
  if (flags & ~kRoundMask) return nullptr;
  const bool nearest = round == Round::kRn || round == Round::kNone;
  if (to == Type::kF32 && from == Type::kF16) return &map1<WidenHalf, float, uint16_t>;
  if (to == Type::kF32 && from == Type::kBf16) return &map1<WidenBrain, float, uint16_t>;
  if (to == Type::kF64 && from == Type::kF32) return &map1<FloatToDouble, double, float>;
  if (to == Type::kS32 && from == Type::kF32 && round == Round::kRz)
    return &map1<FloatToIntZero, int32_t, float>;
  if (!nearest) return nullptr;
  if (to == Type::kF16 && from == Type::kF32) return &map1<NarrowHalf, uint16_t, float>;
  if (to == Type::kBf16 && from == Type::kF32) return &map1<NarrowBrain, uint16_t, float>;
  if (to == Type::kF32 && from == Type::kF64) return &map1<DoubleToFloat, float, double>;
  if (to == Type::kF32 && from == Type::kS32) return &map1<IntToFloat, float, int32_t>;
  if (to == Type::kF32 && from == Type::kU32) return &map1<UnsignedToFloat, float, uint32_t>;
  return nullptr;
}

// cvt.f16x2.f32 d, a, b: a goes to the high half.
template <bool kBrain>
void pack_pair(Warp& warp, const Inst& in, uint32_t mask) {
  const float* a = warp.lanes<float>(in.a);
  const float* b = warp.lanes<float>(in.b);
  const auto round = half_rounding(Round(in.flags & kRoundMask));
  const bool relu = in.flags & kRelu;
  const auto one = [&](float x) -> uint32_t {
    if (relu && x == x) x = x > 0 ? x : 0.0f;
    return kBrain ? to_brain(double(x), round) : to_half(double(x), round);
  };
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) { return one(a[l]) << 16 | one(b[l]); });
}

// tf32 keeps 10 mantissa bits; rna rounds ties away from zero.
void to_tf32(Warp& warp, const Inst& in, uint32_t mask) {
  const auto* a = warp.lanes<uint32_t>(in.a);
  const auto round = Round(in.flags & kRoundMask);
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) {
    const uint32_t x = a[l];
    if ((x & 0x7f800000) == 0x7f800000) return x;
    const uint32_t half = round == Round::kRna  ? 0x1000
                          : round == Round::kRn ? 0xfff + ((x >> 13) & 1)
                                                : 0;
    return (x + half) & ~0x1fffu;
  });
}

Round rounding_of(const Decoder& d, uint32_t& flags) {
  static constexpr std::pair<std::string_view, Round> kNames[] = {
      {"rn", Round::kRn},  {"rz", Round::kRz},   {"rm", Round::kRm},
      {"rp", Round::kRp},  {"rna", Round::kRna}, {"rni", Round::kRn},
      {"rzi", Round::kRz}, {"rmi", Round::kRm},  {"rpi", Round::kRp}};
  for (const auto& [name, round] : kNames) {
    if (!d.has(name)) continue;
    if (name.size() == 3 && name[2] == 'i') flags |= kToInteger;
    return round;
  }
  return Round::kNone;
}

Handler decode_pair(Decoder& d, Type to) {
  d.inst.d = d.out(0, to);
  d.inst.a = d.in(1, Type::kF32);
  d.inst.b = d.in(2, Type::kF32);
  if (d.has("satfinite")) d.refuse();
  return to == Type::kBf16x2 ? &pack_pair<true> : &pack_pair<false>;
}

}  // namespace

Handler decode_convert(Decoder& d) {
  if (d.has("pack")) d.refuse();
  const Type to = d.type(0), from = d.type(1);
  const Round round = rounding_of(d, d.inst.flags);
  d.inst.flags |= uint32_t(round);
  if (d.has("sat")) d.inst.flags |= kSat;
  if (d.has("ftz")) d.inst.flags |= kFtz;
  if (d.has("relu")) d.inst.flags |= kRelu;
  const bool any_float = is_float(to) || is_float(from);
  d.inst.pipe = any_float ? (bits_of(to) == 64 || bits_of(from) == 64 ? Pipe::kFp64 : Pipe::kSfu)
                          : Pipe::kInteger;
  if (to == Type::kF16x2 || to == Type::kBf16x2) return decode_pair(d, to);
  if (to == Type::kTf32) {
    d.inst.d = d.out(0, Type::kB32);
    d.inst.a = d.in(1, Type::kF32);
    return &to_tf32;
  }
  uint32_t source_bits = 0, destination_bits = 0;
  d.inst.a = d.any(d.operand(1), source_bits, std::max(16u, bits_of(from)));
  const Slot destination = d.any(d.operand(0), destination_bits, 32);
  d.inst.d = destination;
  if (source_bits < bits_of(from) || destination_bits < bits_of(to))
    d.refuse("a register too narrow");
  if (is_float(from) && source_bits != bits_of(from)) d.refuse("a register of another width");
  if (is_float(to) && destination_bits != bits_of(to)) d.refuse("a register of another width");
  d.inst.imm = int64_t(source_bits) | int64_t(destination_bits) << 8;
  const bool exact_widths = source_bits == bits_of(from) && destination_bits == bits_of(to);
  if (exact_widths)
    if (const Handler handler =
            fast(to, from, d.inst.flags & ~(is_float(to) ? 0u : uint32_t(kToInteger)), round))
      return handler;
  if (exact_widths && !any_float && d.inst.flags == 0)
    if (const Handler handler = fast_integer(to, from)) return handler;
  return general(to, from);
}

}  // namespace cudal1::sim
