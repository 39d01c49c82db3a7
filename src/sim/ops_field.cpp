// bfe, bfi, bmsk, szext.
#include <algorithm>
#include <type_traits>

#include "bits.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
struct Bfe {
  static T f(T a, uint32_t position, uint32_t length) {
    using U = std::make_unsigned_t<T>;
    constexpr uint32_t kWidth = 8 * sizeof(T);
    position &= 0xff, length &= 0xff;
    if (length == 0) return 0;
    // Beyond the top bit the sign continues.
    const uint32_t last = std::min(position + length - 1, kWidth - 1);
    const bool sign = std::is_signed_v<T> && ((U(a) >> last) & 1);
    U result = position >= kWidth ? 0 : U(a) >> position;
    if (length < kWidth) result &= (U(1) << length) - 1;
    const uint32_t valid = position >= kWidth ? 0 : std::min(length, kWidth - position);
    if (sign && valid < kWidth) result |= ~U(0) << valid;
    return T(result);
  }
};

template <typename T>
void bfi(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  const uint32_t* position = warp.lanes<uint32_t>(in.list[0]);
  const uint32_t* length = warp.lanes<uint32_t>(in.list[1]);
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) {
    constexpr uint32_t kWidth = 8 * sizeof(T);
    const uint32_t p = position[l] & 0xff, n = length[l] & 0xff;
    if (p >= kWidth || n == 0) return b[l];
    const T ones = T((n >= kWidth ? T(~T(0)) : T((T(1) << n) - 1)) << p);
    return T((b[l] & ~ones) | ((a[l] << p) & ones));
  });
}

template <bool kWrap>
struct Bmsk {
  static uint32_t f(uint32_t a, uint32_t b) {
    if (kWrap) a &= 31, b &= 31;
    if (a >= 32 || b == 0) return 0;
    const uint64_t ones = b >= 32 ? 0xffffffffull : (uint64_t(1) << b) - 1;
    return uint32_t(ones << a);
  }
};

// Sign or zero extension from bit b.
template <bool kSigned, bool kWrap>
struct Szext {
  static uint32_t f(uint32_t a, uint32_t b) {
    if (kWrap) b &= 31;
    if (b == 0) return 0;
    if (b >= 32) return a;
    return kSigned ? uint32_t(int32_t(a << (32 - b)) >> (32 - b)) : a & ((1u << b) - 1);
  }
};

}  // namespace

Handler decode_field(Decoder& d, Type type) {
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  if (d.st.opcode == "bfi") {
    d.inst.b = d.in(2, type);
    d.keep({d.in(3, Type::kU32), d.in(4, Type::kU32)});
    return bits_of(type) == 64 ? &bfi<uint64_t> : &bfi<uint32_t>;
  }
  d.inst.b = d.in(2, Type::kU32);
  d.inst.c = d.in(3, Type::kU32);
  switch (type) {
    case Type::kU32:
      return &map3<Bfe<uint32_t>, uint32_t, uint32_t, uint32_t, uint32_t>;
    case Type::kS32:
      return &map3<Bfe<int32_t>, int32_t, int32_t, uint32_t, uint32_t>;
    case Type::kU64:
      return &map3<Bfe<uint64_t>, uint64_t, uint64_t, uint32_t, uint32_t>;
    case Type::kS64:
      return &map3<Bfe<int64_t>, int64_t, int64_t, uint32_t, uint32_t>;
    default:
      return nullptr;
  }
}

Handler decode_mask(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  return d.has("wrap") ? &map2<Bmsk<true>, uint32_t, uint32_t, uint32_t>
                       : &map2<Bmsk<false>, uint32_t, uint32_t, uint32_t>;
}

Handler decode_extend(Decoder& d, Type type) {
  d.operands(Type::kB32, Type::kB32);
  const bool wrap = d.has("wrap");
  if (is_signed(type))
    return wrap ? &map2<Szext<true, true>, uint32_t, uint32_t, uint32_t>
                : &map2<Szext<true, false>, uint32_t, uint32_t, uint32_t>;
  return wrap ? &map2<Szext<false, true>, uint32_t, uint32_t, uint32_t>
              : &map2<Szext<false, false>, uint32_t, uint32_t, uint32_t>;
}

}  // namespace cudal1::sim
