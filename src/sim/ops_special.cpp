// Approximate functions: computed in double and rounded, which is within what the GPU promises; but
// tanh.approx.f32, far coarser than a float, is as coarse here.
#include <bit>
#include <cfloat>
#include <cmath>

#include "decode.h"
#include "float_ops.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

// Below 2^-126 lg2.approx and ex2.approx without .ftz keep subnormals; a double holds them all.
struct Ex2 {
  static double f(double x) { return std::exp2(x); }
};
struct Lg2 {
  static double f(double x) { return std::log2(x); }
};
struct Sin {
  static double f(double x) { return std::sin(x); }
};
struct Cos {
  static double f(double x) { return std::cos(x); }
};
struct Tanh {
  static double f(double x) { return std::tanh(x); }
};
struct Sqrt {
  static double f(double x) { return std::sqrt(x); }
};
struct Rsqrt {
  static double f(double x) { return 1.0 / std::sqrt(x); }
};
struct Rcp {
  static double f(double x) { return 1.0 / x; }
};

template <typename F, bool kFtz>
struct Single {
  static float f(float x) {
    if (kFtz) return flush(float(F::f(double(flush(x)))));
    return float(F::f(double(x)));
  }
};

// PTX promises a relative error of no more than 2^-11 for tanh.approx.f32. An H200 keeps 2^-16.7 (4 million arguments in
// [-6, 6], 2026-11-21): rounded to 16 significant bits, it has about that. A subnormal has no more bits to lose.
struct TanhApprox {
  static float f(float x) {
    const float exact = float(std::tanh(double(x)));
    if (std::isnan(exact) || std::fabs(exact) < FLT_MIN) return exact;
    constexpr uint32_t kDropped = 24 - 16;
    const uint32_t half = 1u << (kDropped - 1), kept = ~0u << kDropped;
    return std::bit_cast<float>((std::bit_cast<uint32_t>(exact) + half) & kept);
  }
};

template <typename F>
void each(Warp& warp, const Inst& in, uint32_t mask) {
  const float* a = warp.lanes<float>(in.a);
  float* d = warp.lanes<float>(in.d);
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l)) d[l] = F::f(a[l]);
}

// sqrt, rsqrt and rcp vectorise; the library functions do not.
template <typename F>
Handler vector_function(bool ftz) {
  return ftz ? Handler(&map1<Single<F, true>, float, float>)
             : &map1<Single<F, false>, float, float>;
}
template <typename F>
Handler scalar_function(bool ftz) {
  return ftz ? Handler(&each<Single<F, true>>) : &each<Single<F, false>>;
}

template <bool kFtz>
struct Divide {
  static float f(float a, float b) {
    if (kFtz) return flush(flush(a) / flush(b));
    return a / b;
  }
};
// div.approx gives 0 for divisors beyond 2^126, and NaN where the dividend is infinite then.
template <bool kFtz>
struct DivideApprox {
  static float f(float a, float b) {
    const float exact = Divide<kFtz>::f(a, b);
    const float size = std::fabs(b);
    if (size > 0x1p126f && size <= FLT_MAX) return std::isinf(a) ? NAN : std::copysign(0.0f, exact);
    return exact;
  }
};

// rcp.approx.ftz.f64 and rsqrt.approx.f64 work on the upper 32 bits and leave the lower ones zero.
struct RcpHigh {
  static double f(double x) {
    const double value = 1.0 / std::bit_cast<double>(std::bit_cast<uint64_t>(x) & ~0xffffffffull);
    return std::bit_cast<double>(std::bit_cast<uint64_t>(value) & ~0xffffffffull);
  }
};
struct RsqrtDouble {
  static double f(double x) { return 1.0 / std::sqrt(x); }
};

template <typename F, bool kBrain>
uint16_t on_half(uint16_t x) {
  const double value = F::f(double(kBrain ? brain_to_float(x) : half_to_float(x)));
  return kBrain ? to_brain(value) : to_half(value);
}
template <typename F, bool kBrain>
void half_each(Warp& warp, const Inst& in, uint32_t mask) {
  const uint16_t* a = warp.lanes<uint16_t>(in.a);
  uint16_t* d = warp.lanes<uint16_t>(in.d);
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l)) d[l] = on_half<F, kBrain>(a[l]);
}
template <typename F, bool kBrain>
void pair_each(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t* a = warp.lanes<uint32_t>(in.a);
  uint32_t* d = warp.lanes<uint32_t>(in.d);
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l))
      d[l] = uint32_t(on_half<F, kBrain>(uint16_t(a[l] >> 16))) << 16 |
             on_half<F, kBrain>(uint16_t(a[l]));
}

template <typename F>
Handler half_function(Type type) {
  switch (type) {
    case Type::kF16:
      return &half_each<F, false>;
    case Type::kBf16:
      return &half_each<F, true>;
    case Type::kF16x2:
      return &pair_each<F, false>;
    case Type::kBf16x2:
      return &pair_each<F, true>;
    default:
      return nullptr;
  }
}

Handler single_function(std::string_view op, bool ftz) {
  if (op == "ex2") return scalar_function<Ex2>(ftz);
  if (op == "lg2") return scalar_function<Lg2>(ftz);
  if (op == "sin") return scalar_function<Sin>(ftz);
  if (op == "cos") return scalar_function<Cos>(ftz);
  if (op == "tanh") return &each<TanhApprox>;
  if (op == "sqrt") return vector_function<Sqrt>(ftz);
  if (op == "rsqrt") return vector_function<Rsqrt>(ftz);
  if (op == "rcp") return vector_function<Rcp>(ftz);
  return nullptr;
}

Handler decode_divide(Decoder& d) {
  const bool ftz = d.has("ftz");
  if (d.has("full"))
    return ftz ? &map2<Divide<true>, float, float, float>
               : &map2<Divide<false>, float, float, float>;
  return ftz ? &map2<DivideApprox<true>, float, float, float>
             : &map2<DivideApprox<false>, float, float, float>;
}

}  // namespace

Handler decode_special_function(Decoder& d) {
  const Type type = d.type();
  const auto op = d.st.opcode;
  d.operands(type, type);
  d.inst.pipe = Pipe::kSfu;
  d.inst.flops = 1;
  if (op == "div" && type == Type::kF32) return decode_divide(d);
  if (type == Type::kF32) return single_function(op, d.has("ftz"));
  if (type == Type::kF64 && op == "rcp") return &map1<RcpHigh, double, double>;
  if (type == Type::kF64 && op == "rsqrt") return &map1<RsqrtDouble, double, double>;
  if (op == "ex2") return half_function<Ex2>(type);
  if (op == "tanh") return half_function<Tanh>(type);
  return nullptr;
}

}  // namespace cudal1::sim
