// Logic, shifts, bit fields, byte permutes, dot products of bytes.
#include <algorithm>
#include <bit>
#include <iterator>
#include <type_traits>

#include "decode.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
struct And {
  static T f(T a, T b) { return a & b; }
};
template <typename T>
struct Or {
  static T f(T a, T b) { return a | b; }
};
template <typename T>
struct Xor {
  static T f(T a, T b) { return a ^ b; }
};
template <typename T>
struct Not {
  static T f(T a) { return T(~a); }
};
template <typename T>
struct Cnot {
  static T f(T a) { return a == 0; }
};
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

template <typename T>
struct Popc {
  static uint32_t f(T a) { return uint32_t(std::popcount(a)); }
};
template <typename T>
struct Clz {
  static uint32_t f(T a) { return uint32_t(std::countl_zero(a)); }
};
template <typename T>
struct Bfind {
  static uint32_t f(T a) {
    using U = std::make_unsigned_t<T>;
    const U x = a < 0 ? U(~a) : U(a);
    return x == 0 ? ~0u : uint32_t(8 * sizeof(T) - 1) - uint32_t(std::countl_zero(x));
  }
};
template <typename T>
struct BfindShift {
  static uint32_t f(T a) {
    const uint32_t at = Bfind<T>::f(a);
    return at == ~0u ? at : uint32_t(8 * sizeof(T) - 1) - at;
  }
};
template <typename T>
struct Brev {
  static T f(T a) {
    T result = 0;
    for (uint32_t i = 0; i < 8 * sizeof(T); ++i)
      result |= T((a >> i) & 1) << (8 * sizeof(T) - 1 - i);
    return result;
  }
};

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

uint32_t pick_byte(uint64_t both, uint32_t selector) {
  const auto byte = uint32_t(both >> (8 * (selector & 7))) & 0xff;
  return selector & 8 ? (byte & 0x80 ? 0xff : 0) : byte;
}
struct Prmt {
  static uint32_t f(uint32_t a, uint32_t b, uint32_t c) {
    const uint64_t both = uint64_t(b) << 32 | a;
    uint32_t result = 0;
    for (int i = 0; i < 4; ++i) result |= pick_byte(both, (c >> (4 * i)) & 15) << (8 * i);
    return result;
  }
};

// The special modes of prmt, with c & 3 as the start: imm is the mode.
enum class PermuteMode { kF4e, kB4e, kRc8, kEcl, kEcr, kRc16 };
uint32_t permute_selector(PermuteMode mode, uint32_t c) {
  static constexpr uint16_t kSelectors[6][4] = {
      {0x3210, 0x4321, 0x5432, 0x6543}, {0x5670, 0x6701, 0x7012, 0x0123},
      {0x0000, 0x1111, 0x2222, 0x3333}, {0x3210, 0x3211, 0x3222, 0x3333},
      {0x0000, 0x1110, 0x2210, 0x3210}, {0x1010, 0x3232, 0x1010, 0x3232}};
  return kSelectors[int(mode)][c & 3];
}
void prmt_mode(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t *a = warp.lanes<uint32_t>(in.a), *b = warp.lanes<uint32_t>(in.b),
                 *c = warp.lanes<uint32_t>(in.c);
  const auto mode = PermuteMode(in.imm);
  each_lane(warp.lanes<uint32_t>(in.d), mask,
            [&](int l) { return Prmt::f(a[l], b[l], permute_selector(mode, c[l])); });
}

void lop3(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t *a = warp.lanes<uint32_t>(in.a), *b = warp.lanes<uint32_t>(in.b),
                 *c = warp.lanes<uint32_t>(in.c);
  const auto table = uint32_t(in.imm);
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) {
    uint32_t result = 0;
    for (uint32_t i = 0; i < 8; ++i) {
      const uint32_t on = (table >> i) & 1 ? ~0u : 0;
      result |= on & (i & 4 ? a[l] : ~a[l]) & (i & 2 ? b[l] : ~b[l]) & (i & 1 ? c[l] : ~c[l]);
    }
    return result;
  });
}

template <typename T>
struct Sad {
  static T f(T a, T b, T c) {
    using U = std::make_unsigned_t<T>;
    return T(U(c) + (a > b ? U(a) - U(b) : U(b) - U(a)));
  }
};

template <typename A, typename B>
struct Dp4a {
  static uint32_t f(uint32_t a, uint32_t b, uint32_t c) {
    for (int i = 0; i < 4; ++i) c += uint32_t(int32_t(A(a >> (8 * i))) * int32_t(B(b >> (8 * i))));
    return c;
  }
};
template <typename A, typename B, int kHigh>
struct Dp2a {
  using A16 = std::conditional_t<std::is_signed_v<A>, int16_t, uint16_t>;
  static uint32_t f(uint32_t a, uint32_t b, uint32_t c) {
    for (int i = 0; i < 2; ++i)
      c += uint32_t(int32_t(A16(a >> (16 * i))) * int32_t(B(b >> (8 * i + 16 * kHigh))));
    return c;
  }
};

template <bool kWrap>
struct Bmsk {
  static uint32_t f(uint32_t a, uint32_t b) {
    if (kWrap) a &= 31, b &= 31;
    if (a >= 32 || b == 0) return 0;
    const uint64_t ones = b >= 32 ? 0xffffffffull : (uint64_t(1) << b) - 1;
    return uint32_t(ones << a);
  }
};

struct Fns {
  // The position of the |offset|-th set bit from `base`, upward for positive offsets.
  static uint32_t f(uint32_t bits, uint32_t base, uint32_t count) {
    const auto offset = int32_t(count);
    if (offset == 0) return (bits >> (base & 31)) & 1 ? base : ~0u;
    int32_t left = offset > 0 ? offset : -offset;
    for (int64_t at = base; at >= 0 && at<32; at += offset> 0 ? 1 : -1)
      if (((bits >> at) & 1) && --left == 0) return uint32_t(at);
    return ~0u;
  }
};

template <template <typename> class Op>
Handler logic(Type type) {
  switch (bits_of(type)) {
    case 1:
      return &map_predicates<Op<uint32_t>>;
    case 16:
      return &map2<Op<uint16_t>, uint16_t, uint16_t, uint16_t>;
    case 32:
      return &map2<Op<uint32_t>, uint32_t, uint32_t, uint32_t>;
    case 64:
      return &map2<Op<uint64_t>, uint64_t, uint64_t, uint64_t>;
    default:
      return nullptr;
  }
}

void not_predicate(Warp& warp, const Inst& in, uint32_t mask) {
  set_lanes(warp.predicate(in.d), mask, ~warp.predicate(in.a));
}

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

Handler decode_logic(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  d.operands(type, type);
  if (op == "and") return logic<And>(type);
  if (op == "or") return logic<Or>(type);
  if (op == "xor") return logic<Xor>(type);
  const bool is_not = op == "not";
  switch (bits_of(type)) {
    case 1:
      return is_not ? &not_predicate : nullptr;
    case 16:
      return is_not ? &map1<Not<uint16_t>, uint16_t, uint16_t>
                    : &map1<Cnot<uint16_t>, uint16_t, uint16_t>;
    case 32:
      return is_not ? &map1<Not<uint32_t>, uint32_t, uint32_t>
                    : &map1<Cnot<uint32_t>, uint32_t, uint32_t>;
    case 64:
      return is_not ? &map1<Not<uint64_t>, uint64_t, uint64_t>
                    : &map1<Cnot<uint64_t>, uint64_t, uint64_t>;
    default:
      return nullptr;
  }
}

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

// popc, clz, bfind, brev
Handler decode_count(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  const bool is_wide = bits_of(type) == 64;
  d.inst.d = d.out(0, op == "brev" ? type : Type::kU32);
  d.inst.a = d.in(1, type);
  if (op == "popc")
    return is_wide ? &map1<Popc<uint64_t>, uint32_t, uint64_t>
                   : &map1<Popc<uint32_t>, uint32_t, uint32_t>;
  if (op == "clz")
    return is_wide ? &map1<Clz<uint64_t>, uint32_t, uint64_t>
                   : &map1<Clz<uint32_t>, uint32_t, uint32_t>;
  if (op == "brev")
    return is_wide ? &map1<Brev<uint64_t>, uint64_t, uint64_t>
                   : &map1<Brev<uint32_t>, uint32_t, uint32_t>;
  const bool amount = d.has("shiftamt");
  switch (type) {
    case Type::kU32:
      return amount ? &map1<BfindShift<uint32_t>, uint32_t, uint32_t>
                    : &map1<Bfind<uint32_t>, uint32_t, uint32_t>;
    case Type::kS32:
      return amount ? &map1<BfindShift<int32_t>, uint32_t, int32_t>
                    : &map1<Bfind<int32_t>, uint32_t, int32_t>;
    case Type::kU64:
      return amount ? &map1<BfindShift<uint64_t>, uint32_t, uint64_t>
                    : &map1<Bfind<uint64_t>, uint32_t, uint64_t>;
    case Type::kS64:
      return amount ? &map1<BfindShift<int64_t>, uint32_t, int64_t>
                    : &map1<Bfind<int64_t>, uint32_t, int64_t>;
    default:
      return nullptr;
  }
}

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

Handler decode_permute(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  static constexpr std::string_view kModes[] = {"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"};
  for (size_t i = 0; i < std::size(kModes); ++i) {
    if (!d.has(kModes[i])) continue;
    d.inst.imm = int64_t(i);
    return &prmt_mode;
  }
  return &map3<Prmt, uint32_t, uint32_t, uint32_t, uint32_t>;
}

Handler decode_lop3(Decoder& d) {
  if (d.has("BoolOp") || d.operand_count() != 5) d.refuse();
  d.operands(Type::kB32, Type::kB32);
  d.inst.imm = d.operand(4).value;
  return &lop3;
}

Handler decode_dot(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  const bool a = is_signed(d.type(0)), b = is_signed(d.type(1)), hi = d.has("hi");
  using S = int8_t;
  using U = uint8_t;
  const auto four = [&](auto sa, auto sb) -> Handler {
    using A = decltype(sa);
    using B = decltype(sb);
    if (d.st.opcode == "dp4a") return &map3<Dp4a<A, B>, uint32_t, uint32_t, uint32_t, uint32_t>;
    return hi ? &map3<Dp2a<A, B, 1>, uint32_t, uint32_t, uint32_t, uint32_t>
              : &map3<Dp2a<A, B, 0>, uint32_t, uint32_t, uint32_t, uint32_t>;
  };
  if (a) return b ? four(S(), S()) : four(S(), U());
  return b ? four(U(), S()) : four(U(), U());
}

Handler decode_sad(Decoder& d, Type type) {
  d.operands(type, type);
  switch (type) {
    case Type::kU16:
      return &map3<Sad<uint16_t>, uint16_t, uint16_t, uint16_t, uint16_t>;
    case Type::kS16:
      return &map3<Sad<int16_t>, int16_t, int16_t, int16_t, int16_t>;
    case Type::kU32:
      return &map3<Sad<uint32_t>, uint32_t, uint32_t, uint32_t, uint32_t>;
    case Type::kS32:
      return &map3<Sad<int32_t>, int32_t, int32_t, int32_t, int32_t>;
    case Type::kU64:
      return &map3<Sad<uint64_t>, uint64_t, uint64_t, uint64_t, uint64_t>;
    case Type::kS64:
      return &map3<Sad<int64_t>, int64_t, int64_t, int64_t, int64_t>;
    default:
      return nullptr;
  }
}

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

Handler decode_bits(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  const auto op = d.st.opcode;
  const Type type = d.type();
  if (op == "and" || op == "or" || op == "xor" || op == "not" || op == "cnot")
    return decode_logic(d, type);
  if (op == "shl" || op == "shr") return decode_shift(d, type);
  if (op == "shf") return decode_funnel(d);
  if (op == "popc" || op == "clz" || op == "bfind" || op == "brev") return decode_count(d, type);
  if (op == "bfi" || op == "bfe") return decode_field(d, type);
  if (op == "prmt") return decode_permute(d);
  if (op == "lop3") return decode_lop3(d);
  if (op == "sad") return decode_sad(d, type);
  if (op == "dp4a" || op == "dp2a") return decode_dot(d);
  d.operands(Type::kB32, Type::kB32);
  if (op == "bmsk")
    return d.has("wrap") ? &map2<Bmsk<true>, uint32_t, uint32_t, uint32_t>
                         : &map2<Bmsk<false>, uint32_t, uint32_t, uint32_t>;
  if (op == "fns") return &map3<Fns, uint32_t, uint32_t, uint32_t, uint32_t>;
  if (op == "szext") {
    const bool wrap = d.has("wrap");
    if (is_signed(type))
      return wrap ? &map2<Szext<true, true>, uint32_t, uint32_t, uint32_t>
                  : &map2<Szext<true, false>, uint32_t, uint32_t, uint32_t>;
    return wrap ? &map2<Szext<false, true>, uint32_t, uint32_t, uint32_t>
                : &map2<Szext<false, false>, uint32_t, uint32_t, uint32_t>;
  }
  d.refuse();
}

}  // namespace cudal1::sim
