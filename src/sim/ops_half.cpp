// f16, f16x2, bf16, bf16x2 arithmetic: each result is rounded once.
#include <cmath>
#include <type_traits>

#include "decode.h"
#include "float_ops.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

struct Half {
  static constexpr bool kIsHalf = true;
  static float load(uint16_t x) { return half_to_float(x); }
  static uint16_t store(float x) { return float_to_half(x); }
  static uint16_t store_double(double x) { return to_half(x); }
  static constexpr uint16_t kInfinity = 0x7c00, kOne = 0x3c00;
};
struct Brain {
  static constexpr bool kIsHalf = false;
  static float load(uint16_t x) { return brain_to_float(x); }
  static uint16_t store(float x) { return float_to_brain(x); }
  static uint16_t store_double(double x) { return to_brain(x); }
  static constexpr uint16_t kInfinity = 0x7f80, kOne = 0x3f80;
};

template <typename S>
uint16_t flush_half(uint16_t x) {
  return S::kIsHalf && (x & 0x7c00) == 0 ? uint16_t(x & 0x8000) : x;
}
inline bool is_nan(uint16_t x, uint16_t infinity) { return (x & 0x7fff) > infinity; }

// float has more than twice the bits plus two, so that rounding its sum, product or quotient again
// is harmless. That does not hold for bf16 sums far apart; a double sum forced odd serves both.
template <typename S>
struct Add {
  static uint16_t f(uint16_t a, uint16_t b) {
    if (S::kIsHalf) return S::store(S::load(a) + S::load(b));
    return S::store_double(add_to_odd(double(S::load(a)), double(S::load(b))));
  }
};
template <typename S>
struct Sub {
  static uint16_t f(uint16_t a, uint16_t b) { return Add<S>::f(a, uint16_t(b ^ 0x8000)); }
};
template <typename S>
struct Mul {
  static uint16_t f(uint16_t a, uint16_t b) {
    if (S::kIsHalf) return S::store(S::load(a) * S::load(b));
    return S::store_double(double(S::load(a)) * double(S::load(b)));
  }
};
// The product is exact in double; the sum is forced odd.
template <typename S>
struct Fma {
  static uint16_t f(uint16_t a, uint16_t b, uint16_t c) {
    return S::store_double(add_to_odd(double(S::load(a)) * double(S::load(b)), double(S::load(c))));
  }
};
template <typename S>
struct Neg {
  static uint16_t f(uint16_t a) { return uint16_t(a ^ 0x8000); }
};
template <typename S>
struct Abs {
  static uint16_t f(uint16_t a) { return uint16_t(a & 0x7fff); }
};

template <typename S, bool kMax>
uint16_t extreme(uint16_t a, uint16_t b) {
  const float x = S::load(a), y = S::load(b);
  if (x != x && y != y) return 0x7fff;
  if (x != x) return b;
  if (y != y) return a;
  if (x == y) return kMax ? uint16_t((a & 0x8000) ? b : a) : uint16_t((a & 0x8000) ? a : b);
  return (x < y) != kMax ? a : b;
}
template <typename S>
struct Min {
  static uint16_t f(uint16_t a, uint16_t b) { return extreme<S, false>(a, b); }
};
template <typename S>
struct Max {
  static uint16_t f(uint16_t a, uint16_t b) { return extreme<S, true>(a, b); }
};
template <typename S>
struct MinNan {
  static uint16_t f(uint16_t a, uint16_t b) {
    return is_nan(a, S::kInfinity) || is_nan(b, S::kInfinity) ? uint16_t(0x7fff)
                                                              : extreme<S, false>(a, b);
  }
};
template <typename S>
struct MaxNan {
  static uint16_t f(uint16_t a, uint16_t b) {
    return is_nan(a, S::kInfinity) || is_nan(b, S::kInfinity) ? uint16_t(0x7fff)
                                                              : extreme<S, true>(a, b);
  }
};

enum : uint32_t { kFtz = 1, kSat = 2, kRelu = 4 };

template <typename S>
uint16_t finish(uint16_t x, uint32_t flags) {
  if (flags & kFtz) x = flush_half<S>(x);
  if (flags & kSat) {
    if (is_nan(x, S::kInfinity) || (x & 0x8000))
      x = 0;
    else if (x > S::kOne)
      x = S::kOne;
  }
  if ((flags & kRelu) && !is_nan(x, S::kInfinity) && (x & 0x8000)) x = 0;
  return x;
}

template <typename S, typename F, int kArity>
uint16_t apply(uint32_t flags, uint16_t a, uint16_t b, uint16_t c) {
  if (flags & kFtz) a = flush_half<S>(a), b = flush_half<S>(b), c = flush_half<S>(c);
  if constexpr (kArity == 1)
    return finish<S>(F::f(a), flags);
  else if constexpr (kArity == 2)
    return finish<S>(F::f(a, b), flags);
  else
    return finish<S>(F::f(a, b, c), flags);
}

// T is uint16_t for one value per lane, uint32_t for two.
template <typename S, typename F, int kArity, typename T>
void halves(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(kArity > 1 ? in.b : in.a);
  const T* c = warp.lanes<T>(kArity > 2 ? in.c : in.a);
  const uint32_t flags = in.flags;
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) {
    const uint16_t low = apply<S, F, kArity>(flags, uint16_t(a[l]), uint16_t(b[l]), uint16_t(c[l]));
    if constexpr (sizeof(T) == 2)
      return low;
    else
      return uint32_t(apply<S, F, kArity>(flags, uint16_t(a[l] >> 16), uint16_t(b[l] >> 16),
                                          uint16_t(c[l] >> 16)))
                 << 16 |
             low;
  });
}

template <template <typename> class Op, int kArity>
Handler pick(Type type) {
  switch (type) {
    case Type::kF16:
      return &halves<Half, Op<Half>, kArity, uint16_t>;
    case Type::kF16x2:
      return &halves<Half, Op<Half>, kArity, uint32_t>;
    case Type::kBf16:
      return &halves<Brain, Op<Brain>, kArity, uint16_t>;
    case Type::kBf16x2:
      return &halves<Brain, Op<Brain>, kArity, uint32_t>;
    default:
      return nullptr;
  }
}

Handler select(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  if (op == "add") return pick<Add, 2>(type);
  if (op == "sub") return pick<Sub, 2>(type);
  if (op == "mul") return pick<Mul, 2>(type);
  if (op == "fma") return pick<Fma, 3>(type);
  if (op == "neg") return pick<Neg, 1>(type);
  if (op == "abs") return pick<Abs, 1>(type);
  if (op == "min") return d.has("NaN") ? pick<MinNan, 2>(type) : pick<Min, 2>(type);
  if (op == "max") return d.has("NaN") ? pick<MaxNan, 2>(type) : pick<Max, 2>(type);
  return nullptr;
}

}  // namespace

Handler decode_half(Decoder& d) {
  // Mixed forms (add.f32.f16 …) belong to later architectures.
  Type type = d.type();
  if (d.type_count() > 1) d.refuse();
  if (d.has("xorsign")) d.refuse();
  d.operands(type, type);
  if (d.has("ftz")) d.inst.flags |= kFtz;
  if (d.has("sat")) d.inst.flags |= kSat;
  if (d.has("relu")) d.inst.flags |= kRelu;
  const bool pair = bits_of(type) == 32;
  return d.pipe(Pipe::kFp16, select(d, type), (d.st.opcode == "fma" ? 2 : 1) * (pair ? 2 : 1));
}

}  // namespace cudal1::sim
