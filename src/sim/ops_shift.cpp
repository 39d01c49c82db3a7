// shl, shr, shf.
#include "bits.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

// Shift amounts are clamped to the width.
template <typename T>
struct Shl {
  static T f(T a, uint32_t n) { return n >= 8 * sizeof(T) ? T(0) : T(a << n); }
};
template <typename T>
struct Shr {
  static T f(T a, uint32_t n) {
    constexpr uint32_t kLast = 8 * sizeof(T) - 1;
    if (n > kLast) return a < 0 ? T(-1) : T(0);
    return T(a >> n);
  }
};

template <typename T, int kShiftLeft, bool kWrap>
struct Funnel {
  static T f(T low, T high, uint32_t c) {
    const uint32_t n = kWrap ? c & 31 : (c > 32 ? 32 : c);
    const uint64_t both = uint64_t(high) << 32 | low;
    return kShiftLeft ? T((both << n) >> 32) : T(n == 32 ? high : both >> n);
  }
};

template <template <typename> class Op>
Handler shift(Type type, bool is_arithmetic) {
  switch (bits_of(type)) {
    case 16:
      return is_arithmetic ? &map2<Op<int16_t>, int16_t, int16_t, uint32_t>
                           : &map2<Op<uint16_t>, uint16_t, uint16_t, uint32_t>;
    case 32:
      return is_arithmetic ? &map2<Op<int32_t>, int32_t, int32_t, uint32_t>
                           : &map2<Op<uint32_t>, uint32_t, uint32_t, uint32_t>;
    case 64:
      return is_arithmetic ? &map2<Op<int64_t>, int64_t, int64_t, uint32_t>
                           : &map2<Op<uint64_t>, uint64_t, uint64_t, uint32_t>;
    default:
      return nullptr;
  }
}

}  // namespace

Handler decode_shift(Decoder& d, Type type) {
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, Type::kU32);
  return d.st.opcode == "shl" ? shift<Shl>(type, false) : shift<Shr>(type, is_signed(type));
}

Handler decode_funnel(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  const bool left = d.has("l"), wrap = d.has("wrap");
  if (left)
    return wrap ? &map3<Funnel<uint32_t, 1, true>, uint32_t, uint32_t, uint32_t, uint32_t>
                : &map3<Funnel<uint32_t, 1, false>, uint32_t, uint32_t, uint32_t, uint32_t>;
  return wrap ? &map3<Funnel<uint32_t, 0, true>, uint32_t, uint32_t, uint32_t, uint32_t>
              : &map3<Funnel<uint32_t, 0, false>, uint32_t, uint32_t, uint32_t, uint32_t>;
}

}  // namespace cudal1::sim
