// cvt between every pair of types, with rounding, saturation and flushing.
#include <bit>
#include <limits>
#include <type_traits>

#include "convert.h"
#include "float_ops.h"
#include "lanes.h"
#include "rounding.h"

namespace cudal1::sim {
namespace {

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

template <Type kFrom>
double load(typename Format<kFrom>::Bits bits, uint32_t flags) {
  const double x = Format<kFrom>::load(bits);
  return kFrom == Type::kF32 && (flags & kConvertFtz) ? double(flush(float(x))) : x;
}

template <Type kTo, Type kFrom>
void float_to_float(Warp& warp, const Inst& in, uint32_t mask) {
  using To = Format<kTo>;
  const auto* a = warp.lanes<typename Format<kFrom>::Bits>(in.a);
  auto* d = warp.lanes<typename To::Bits>(in.d);
  const auto round = round_of(in);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    double x = load<kFrom>(a[l], in.flags);
    if (in.flags & kConvertToInteger) x = round_integral(x, round);
    if (in.flags & kConvertSat) x = clamp_unit(x);
    if (in.flags & kConvertRelu) x = x != x ? x : (x > 0 ? x : 0.0);
    auto result = To::store(x, (in.flags & kConvertToInteger) ? Round::kRn : round);
    if constexpr (kTo == Type::kF32)
      if (in.flags & kConvertFtz) result = flush(result);
    d[l] = result;
  }
}

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
    put_integer<To>(warp, in, l, (in.flags & kConvertSat) ? saturate_integer<To>(x) : To(x));
  }
}

template <typename I, Type kFrom>
void float_to_integer(Warp& warp, const Inst& in, uint32_t mask) {
  const auto* a = warp.lanes<typename Format<kFrom>::Bits>(in.a);
  const auto round = round_of(in);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    put_integer<I>(warp, in, l, to_integer<I>(load<kFrom>(a[l], in.flags), round));
  }
}

template <Type kTo, typename I>
void integer_to_float(Warp& warp, const Inst& in, uint32_t mask) {
  using To = Format<kTo>;
  auto* d = warp.lanes<typename To::Bits>(in.d);
  const auto round = round_of(in);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    const I x = integer_at<I>(warp, in.a, uint32_t(in.imm & 0xff), l);
    if constexpr (kTo == Type::kF32 || kTo == Type::kF64) {
      auto value = from_integer<typename To::Bits>(x, round);
      if (in.flags & kConvertSat) value = typename To::Bits(clamp_unit(double(value)));
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

}  // namespace

Handler general_conversion(Type to, Type from) {
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

}  // namespace cudal1::sim
