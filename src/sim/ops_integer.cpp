// add sub mul mad div rem min max abs neg and their wide and saturating forms.
#include <type_traits>

#include "integer.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

// Wrapping arithmetic in the unsigned type, at least 32 bits wide so that no promotion to int can
// overflow.
template <typename T>
using Wrap = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

template <typename T>
struct Add {
  static T f(T a, T b) { return T(Wrap<T>(a) + Wrap<T>(b)); }
};
template <typename T>
struct Sub {
  static T f(T a, T b) { return T(Wrap<T>(a) - Wrap<T>(b)); }
};
template <typename T>
struct MulLo {
  static T f(T a, T b) { return T(Wrap<T>(a) * Wrap<T>(b)); }
};
template <typename T>
struct MulWide {
  static Wider<T> f(T a, T b) { return Wider<T>(a) * Wider<T>(b); }
};
template <typename T>
struct MadLo {
  static T f(T a, T b, T c) { return T(Wrap<T>(a) * Wrap<T>(b) + Wrap<T>(c)); }
};
template <typename T>
struct MadHi {
  static T f(T a, T b, T c) { return Add<T>::f(MulHi<T>::f(a, b), c); }
};
template <typename T>
struct MadWide {
  static Wider<T> f(T a, T b, Wider<T> c) { return Add<Wider<T>>::f(MulWide<T>::f(a, b), c); }
};
template <typename T>
struct Min {
  static T f(T a, T b) { return a < b ? a : b; }
};
template <typename T>
struct Max {
  static T f(T a, T b) { return a > b ? a : b; }
};
template <typename T>
struct MinRelu {
  static T f(T a, T b) {
    const T m = a < b ? a : b;
    return m > 0 ? m : T(0);
  }
};
template <typename T>
struct MaxRelu {
  static T f(T a, T b) {
    const T m = a > b ? a : b;
    return m > 0 ? m : T(0);
  }
};
template <typename T>
struct Abs {
  static T f(T a) { return a < 0 ? T(Wrap<T>(0) - Wrap<T>(a)) : a; }
};
template <typename T>
struct Neg {
  static T f(T a) { return T(Wrap<T>(0) - Wrap<T>(a)); }
};
// Division by zero gives all ones, as the hardware's sequence does; the smallest value over -1
// wraps.
template <typename T>
struct Div {
  static T f(T a, T b) {
    if (b == 0) return T(~T(0));
    if (std::is_signed_v<T> && b == T(-1)) return Neg<T>::f(a);
    return T(a / b);
  }
};
template <typename T>
struct Rem {
  static T f(T a, T b) {
    if (b == 0) return a;
    if (std::is_signed_v<T> && b == T(-1)) return 0;
    return T(a % b);
  }
};
struct AddSat {
  static int32_t f(int32_t a, int32_t b) {
    const int64_t sum = int64_t(a) + b;
    return int32_t(sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : sum);
  }
};
struct SubSat {
  static int32_t f(int32_t a, int32_t b) {
    const int64_t sum = int64_t(a) - b;
    return int32_t(sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : sum);
  }
};
struct MadHiSat {
  static int32_t f(int32_t a, int32_t b, int32_t c) {
    return AddSat::f(MulHi<int32_t>::f(a, b), c);
  }
};
template <typename T>
struct Mul24 {
  static T f(T a, T b) {
    constexpr int kShift = 8;
    return T(Wrap<T>(T(Wrap<T>(a) << kShift) >> kShift) *
             Wrap<T>(T(Wrap<T>(b) << kShift) >> kShift));
  }
};
template <typename T>
struct Mad24 {
  static T f(T a, T b, T c) { return Add<T>::f(Mul24<T>::f(a, b), c); }
};
// Each 16-bit half on its own.
template <template <typename> class Op, typename T>
struct Halves {
  static uint32_t f(uint32_t a, uint32_t b) {
    const auto low = uint16_t(Op<T>::f(T(a), T(b)));
    const auto high = uint16_t(Op<T>::f(T(a >> 16), T(b >> 16)));
    return uint32_t(high) << 16 | low;
  }
};

template <template <typename> class Op>
Handler binary(Type type) {
  switch (type) {
    case Type::kU16:
    case Type::kB16:
      return &map2<Op<uint16_t>, uint16_t, uint16_t, uint16_t>;
    case Type::kS16:
      return &map2<Op<int16_t>, int16_t, int16_t, int16_t>;
    case Type::kU32:
    case Type::kB32:
      return &map2<Op<uint32_t>, uint32_t, uint32_t, uint32_t>;
    case Type::kS32:
      return &map2<Op<int32_t>, int32_t, int32_t, int32_t>;
    case Type::kU64:
    case Type::kB64:
      return &map2<Op<uint64_t>, uint64_t, uint64_t, uint64_t>;
    case Type::kS64:
      return &map2<Op<int64_t>, int64_t, int64_t, int64_t>;
    default:
      return nullptr;
  }
}
template <template <typename> class Op>
Handler unary(Type type) {
  switch (type) {
    case Type::kS16:
      return &map1<Op<int16_t>, int16_t, int16_t>;
    case Type::kS32:
      return &map1<Op<int32_t>, int32_t, int32_t>;
    case Type::kS64:
      return &map1<Op<int64_t>, int64_t, int64_t>;
    default:
      return nullptr;
  }
}

template <typename T>
Handler wide_of(bool mad) {
  return mad ? Handler(&map3<MadWide<T>, Wider<T>, T, T, Wider<T>>)
             : Handler(&map2<MulWide<T>, Wider<T>, T, T>);
}

Handler decode_wide(Decoder& d, Type type) {
  const bool mad = d.st.opcode == "mad";
  Type wide = Type::kNone;
  Handler handler = nullptr;
  switch (type) {
    case Type::kU16:
      wide = Type::kU32, handler = wide_of<uint16_t>(mad);
      break;
    case Type::kS16:
      wide = Type::kS32, handler = wide_of<int16_t>(mad);
      break;
    case Type::kU32:
      wide = Type::kU64, handler = wide_of<uint32_t>(mad);
      break;
    case Type::kS32:
      wide = Type::kS64, handler = wide_of<int32_t>(mad);
      break;
    default:
      d.refuse();
  }
  d.inst.d = d.out(0, wide);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  if (mad) d.inst.c = d.in(3, wide);
  return handler;
}

Handler decode_halves(Decoder& d) {
  const bool is_signed_type = d.has("s16x2");
  d.inst.d = d.out(0, Type::kB32);
  d.inst.a = d.in(1, Type::kB32);
  d.inst.b = d.in(2, Type::kB32);
  if (d.st.opcode == "add") return &map2<Halves<Add, uint16_t>, uint32_t, uint32_t, uint32_t>;
  if (d.st.opcode == "min")
    return is_signed_type ? &map2<Halves<Min, int16_t>, uint32_t, uint32_t, uint32_t>
                          : &map2<Halves<Min, uint16_t>, uint32_t, uint32_t, uint32_t>;
  if (d.st.opcode == "max")
    return is_signed_type ? &map2<Halves<Max, int16_t>, uint32_t, uint32_t, uint32_t>
                          : &map2<Halves<Max, uint16_t>, uint32_t, uint32_t, uint32_t>;
  d.refuse();
}

Handler select(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  const bool saturate = d.has("sat"), high = d.has("hi");
  if (op == "add") return saturate ? &map2<AddSat, int32_t, int32_t, int32_t> : binary<Add>(type);
  if (op == "sub") return saturate ? &map2<SubSat, int32_t, int32_t, int32_t> : binary<Sub>(type);
  if (op == "mul") return high ? binary<MulHi>(type) : binary<MulLo>(type);
  if (op == "mad") {
    if (saturate) return &map3<MadHiSat, int32_t, int32_t, int32_t, int32_t>;
    return high ? ternary<MadHi>(type) : ternary<MadLo>(type);
  }
  if (op == "div") return binary<Div>(type);
  if (op == "rem") return binary<Rem>(type);
  if (op == "min")
    return d.has("relu") ? &map2<MinRelu<int32_t>, int32_t, int32_t, int32_t> : binary<Min>(type);
  if (op == "max")
    return d.has("relu") ? &map2<MaxRelu<int32_t>, int32_t, int32_t, int32_t> : binary<Max>(type);
  if (op == "abs") return unary<Abs>(type);
  if (op == "neg") return unary<Neg>(type);
  const bool is_signed_type = type == Type::kS32;
  if (op == "mul24" && d.has("lo"))
    return is_signed_type ? &map2<Mul24<int32_t>, int32_t, int32_t, int32_t>
                          : &map2<Mul24<uint32_t>, uint32_t, uint32_t, uint32_t>;
  if (op == "mad24" && d.has("lo"))
    return is_signed_type ? &map3<Mad24<int32_t>, int32_t, int32_t, int32_t, int32_t>
                          : &map3<Mad24<uint32_t>, uint32_t, uint32_t, uint32_t, uint32_t>;
  return nullptr;
}

}  // namespace

Handler decode_integer(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  if (d.has("u16x2") || d.has("s16x2")) return decode_halves(d);
  const Type type = d.type();
  if (d.has("wide")) return decode_wide(d, type);
  const auto op = d.st.opcode;
  if (d.has("cc") || op == "addc" || op == "subc" || op == "madc") return decode_carry(d, type);
  d.operands(type, type);
  const Handler handler = select(d, type);
  if (!handler) d.refuse();
  return handler;
}

}  // namespace cudal1::sim
