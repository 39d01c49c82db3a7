// setp, set, selp, slct, testp.
#include <cmath>

#include "decode.h"
#include "float_ops.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

enum class Compare {
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kEqu,
  kNeu,
  kLtu,
  kLeu,
  kGtu,
  kGeu,
  kNum,
  kNan,
  kCount
};

std::optional<Compare> compare_named(const Decoder& d) {
  static constexpr std::pair<std::string_view, Compare> kNames[] = {
      {"eq", Compare::kEq},   {"ne", Compare::kNe},   {"lt", Compare::kLt},
      {"le", Compare::kLe},   {"gt", Compare::kGt},   {"ge", Compare::kGe},
      {"equ", Compare::kEqu}, {"neu", Compare::kNeu}, {"ltu", Compare::kLtu},
      {"leu", Compare::kLeu}, {"gtu", Compare::kGtu}, {"geu", Compare::kGeu},
      {"num", Compare::kNum}, {"nan", Compare::kNan}, {"lo", Compare::kLt},
      {"ls", Compare::kLe},   {"hi", Compare::kGt},   {"hs", Compare::kGe}};
  if (d.st.modifiers.empty()) return std::nullopt;
  for (const auto& [name, compare] : kNames)
    if (d.st.modifiers[0] == name) return compare;
  return std::nullopt;
}

// ne is ordered: false when either side is NaN, unlike C++.
template <Compare kOp, typename T>
inline bool holds(T a, T b) {
  const bool nan = a != a || b != b;
  switch (kOp) {
    case Compare::kEq:
      return a == b;
    case Compare::kNe:
      return a != b && !nan;
    case Compare::kLt:
      return a < b;
    case Compare::kLe:
      return a <= b;
    case Compare::kGt:
      return a > b;
    case Compare::kGe:
      return a >= b;
    case Compare::kEqu:
      return a == b || nan;
    case Compare::kNeu:
      return a != b;
    case Compare::kLtu:
      return !(a >= b);
    case Compare::kLeu:
      return !(a > b);
    case Compare::kGtu:
      return !(a <= b);
    case Compare::kGeu:
      return !(a < b);
    case Compare::kNum:
      return !nan;
    case Compare::kNan:
      return nan;
    default:
      return false;
  }
}

struct Plain {
  template <typename T>
  static T load(T x) {
    return x;
  }
};
struct Flushed {
  static float load(float x) { return flush(x); }
};
struct FromHalf {
  static float load(uint16_t x) { return half_to_float(x); }
};
struct FromBrain {
  static float load(uint16_t x) { return brain_to_float(x); }
};

using MaskFunction = uint32_t (*)(Warp&, const Inst&);

template <Compare kOp, typename T, typename Load>
uint32_t compare_lanes(Warp& warp, const Inst& in) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  return lanes_where([&](int l) { return holds<kOp>(Load::load(a[l]), Load::load(b[l])); });
}

// flags of setp
enum : uint32_t { kAnd = 1, kOr = 2, kXor = 3, kCombine = 3, kNegateC = 4 };

template <Compare kOp, typename T, typename Load>
void setp(Warp& warp, const Inst& in, uint32_t mask) {
  uint32_t value = compare_lanes<kOp, T, Load>(warp, in), other = ~value;
  if (in.flags & kCombine) {
    const uint32_t c = warp.predicate(in.c) ^ ((in.flags & kNegateC) ? kAllLanes : 0);
    const auto combine = [&](uint32_t x) {
      const uint32_t how = in.flags & kCombine;
      return how == kAnd ? x & c : how == kOr ? x | c : x ^ c;
    };
    value = combine(value), other = combine(other);
  }
  if (in.list) set_lanes(warp.predicate(in.list[0]), mask, other);
  set_lanes(warp.predicate(in.d), mask, value);
}

template <Compare kOp, typename T, typename Load>
void set_u32(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t value = compare_lanes<kOp, T, Load>(warp, in);
  // imm holds what "true" looks like: all ones, or 1.0f
  const auto truth = uint32_t(in.imm);
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) { return (value >> l) & 1 ? truth : 0u; });
}
template <Compare kOp, typename T, typename Load>
void set_u16(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t value = compare_lanes<kOp, T, Load>(warp, in);
  const auto truth = uint16_t(in.imm);
  each_lane(warp.lanes<uint16_t>(in.d), mask,
            [&](int l) { return (value >> l) & 1 ? truth : uint16_t(0); });
}

enum class Form { kSetp, kSet32, kSet16 };

template <Compare kOp, typename T, typename Load>
Handler form(Form wanted) {
  switch (wanted) {
    case Form::kSetp:
      return &setp<kOp, T, Load>;
    case Form::kSet32:
      return &set_u32<kOp, T, Load>;
    case Form::kSet16:
      return &set_u16<kOp, T, Load>;
  }
  return nullptr;
}

template <typename T, typename Load, size_t... kOps>
Handler by_compare(Compare compare, Form wanted, std::index_sequence<kOps...>) {
  Handler handler = nullptr;
  ((size_t(compare) == kOps ? void(handler = form<Compare(kOps), T, Load>(wanted)) : void()), ...);
  return handler;
}
template <typename T, typename Load = Plain>
Handler of(Compare compare, Form wanted) {
  return by_compare<T, Load>(compare, wanted, std::make_index_sequence<size_t(Compare::kCount)>());
}

Handler compare_handler(Type type, Compare compare, Form wanted, bool ftz) {
  switch (type) {
    case Type::kB16:
    case Type::kU16:
      return of<uint16_t>(compare, wanted);
    case Type::kS16:
      return of<int16_t>(compare, wanted);
    case Type::kB32:
    case Type::kU32:
      return of<uint32_t>(compare, wanted);
    case Type::kS32:
      return of<int32_t>(compare, wanted);
    case Type::kB64:
    case Type::kU64:
      return of<uint64_t>(compare, wanted);
    case Type::kS64:
      return of<int64_t>(compare, wanted);
    case Type::kF32:
      return ftz ? of<float, Flushed>(compare, wanted) : of<float>(compare, wanted);
    case Type::kF64:
      return of<double>(compare, wanted);
    case Type::kF16:
      return of<uint16_t, FromHalf>(compare, wanted);
    case Type::kBf16:
      return of<uint16_t, FromBrain>(compare, wanted);
    default:
      return nullptr;
  }
}

Compare required_compare(Decoder& d) {
  const auto compare = compare_named(d);
  if (!compare) d.refuse("unknown comparison");
  return *compare;
}

// Two halves per lane: setp writes p and q, set writes a pair of masks or of 1.0 values.
struct PairCompare {
  Compare compare;
  bool is_brain;
};

template <size_t... kOps>
bool holds_now(Compare compare, float a, float b, std::index_sequence<kOps...>) {
  bool result = false;
  ((size_t(compare) == kOps ? void(result = holds<Compare(kOps)>(a, b)) : void()), ...);
  return result;
}

uint32_t compare_half_of_pair(Warp& warp, const Inst& in, int shift) {
  const uint32_t* a = warp.lanes<uint32_t>(in.a);
  const uint32_t* b = warp.lanes<uint32_t>(in.b);
  const auto compare = Compare(in.imm & 0xff);
  const bool is_brain = in.imm & 0x100;
  uint32_t mask = 0;
  for (int l = 0; l < kLanes; ++l) {
    const auto x = uint16_t(a[l] >> shift), y = uint16_t(b[l] >> shift);
    const float fx = is_brain ? brain_to_float(x) : half_to_float(x),
                fy = is_brain ? brain_to_float(y) : half_to_float(y);
    mask |=
        uint32_t(holds_now(compare, fx, fy, std::make_index_sequence<size_t(Compare::kCount)>()))
        << l;
  }
  return mask;
}

void setp_pair(Warp& warp, const Inst& in, uint32_t mask) {
  uint32_t low = compare_half_of_pair(warp, in, 0), high = compare_half_of_pair(warp, in, 16);
  if (in.flags & kCombine) {
    const uint32_t c = warp.predicate(in.c) ^ ((in.flags & kNegateC) ? kAllLanes : 0),
                   how = in.flags & kCombine;
    low = how == kAnd ? low & c : how == kOr ? low | c : low ^ c;
    high = how == kAnd ? high & c : how == kOr ? high | c : high ^ c;
  }
  set_lanes(warp.predicate(in.d), mask, low);
  if (in.list) set_lanes(warp.predicate(in.list[0]), mask, high);
}

void set_pair(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t low = compare_half_of_pair(warp, in, 0), high = compare_half_of_pair(warp, in, 16);
  const auto truth = uint32_t(in.imm >> 16) & 0xffff;
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) {
    return ((low >> l) & 1 ? truth : 0u) | ((high >> l) & 1 ? truth << 16 : 0u);
  });
}

uint32_t truth_of(Type result) {
  switch (result) {
    case Type::kF32:
      return 0x3f800000;
    case Type::kF16:
    case Type::kF16x2:
      return 0x3c00;
    case Type::kBf16:
    case Type::kBf16x2:
      return 0x3f80;
    case Type::kU16:
    case Type::kS16:
      return 0xffff;
    default:
      return 0xffffffff;
  }
}

void decode_combination(Decoder& d, size_t last) {
  if (d.operand_count() <= last) return;
  d.inst.c = d.in(last, Type::kPred);
  d.inst.flags |= d.has("and") ? kAnd : d.has("or") ? kOr : kXor;
  if (d.operand(last).negated) d.inst.flags |= kNegateC;
}

Handler decode_setp(Decoder& d) {
  const Type type = d.type();
  const Compare compare = required_compare(d);
  d.inst.d = d.out(0, Type::kPred);
  if (d.operand(0).second >= 0) d.keep({d.scope.register_slot(d.operand(0).second)});
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  decode_combination(d, 3);
  if (type == Type::kF16x2 || type == Type::kBf16x2) {
    d.inst.imm = int64_t(compare) | (type == Type::kBf16x2 ? 0x100 : 0);
    return &setp_pair;
  }
  return compare_handler(type, compare, Form::kSetp, d.has("ftz"));
}

Handler decode_set(Decoder& d) {
  const Type result = d.type(0), type = d.type(1);
  if (d.operand_count() > 3) d.refuse("a combined predicate");
  const Compare compare = required_compare(d);
  d.inst.d = d.out(0, result);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  if (type == Type::kF16x2 || type == Type::kBf16x2) {
    const uint32_t truth = is_float(result) ? truth_of(result) : 0xffff;
    d.inst.imm = int64_t(compare) | (type == Type::kBf16x2 ? 0x100 : 0) | int64_t(truth) << 16;
    return &set_pair;
  }
  d.inst.imm = truth_of(result);
  return compare_handler(type, compare, bits_of(result) == 16 ? Form::kSet16 : Form::kSet32,
                         d.has("ftz"));
}

template <typename T>
void selp(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  const uint32_t p = warp.predicate(in.c);
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) { return (p >> l) & 1 ? a[l] : b[l]; });
}

void selp_pred(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t p = warp.predicate(in.c);
  set_lanes(warp.predicate(in.d), mask, (warp.predicate(in.a) & p) | (warp.predicate(in.b) & ~p));
}

Handler decode_selp(Decoder& d) {
  const Type type = d.type();
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  d.inst.c = d.in(3, Type::kPred);
  if (d.operand(3).negated) std::swap(d.inst.a, d.inst.b);
  switch (bits_of(type)) {
    case 1:
      return &selp_pred;
    case 16:
      return &selp<uint16_t>;
    case 32:
      return &selp<uint32_t>;
    case 64:
      return &selp<uint64_t>;
    default:
      d.refuse();
  }
}

template <typename T, typename C>
void slct(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  const C* c = warp.lanes<C>(in.c);
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) { return c[l] >= 0 ? a[l] : b[l]; });
}

Handler decode_slct(Decoder& d) {
  const Type type = d.type(0), selector = d.type(1);
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  d.inst.c = d.in(3, selector);
  const bool by_float = selector == Type::kF32;
  switch (bits_of(type)) {
    case 16:
      return by_float ? &slct<uint16_t, float> : &slct<uint16_t, int32_t>;
    case 32:
      return by_float ? &slct<uint32_t, float> : &slct<uint32_t, int32_t>;
    case 64:
      return by_float ? &slct<uint64_t, float> : &slct<uint64_t, int32_t>;
    default:
      d.refuse();
  }
}

template <typename T>
void testp(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const auto wanted = std::string_view(*static_cast<const std::string*>(in.extra));
  uint32_t result = 0;
  for (int l = 0; l < kLanes; ++l) {
    const int kind = std::fpclassify(a[l]);
    const bool value = wanted == "finite"       ? kind != FP_NAN && kind != FP_INFINITE
                       : wanted == "infinite"   ? kind == FP_INFINITE
                       : wanted == "number"     ? kind != FP_NAN
                       : wanted == "notanumber" ? kind == FP_NAN
                       : wanted == "normal"     ? kind == FP_NORMAL
                                                : kind == FP_SUBNORMAL;
    result |= uint32_t(value) << l;
  }
  set_lanes(warp.predicate(in.d), mask, result);
}

Handler decode_testp(Decoder& d) {
  const Type type = d.type();
  d.inst.d = d.out(0, Type::kPred);
  d.inst.a = d.in(1, type);
  d.scope.function.messages.emplace_back(d.st.modifiers.at(0));
  d.inst.extra = &d.scope.function.messages.back();
  return type == Type::kF64 ? &testp<double> : &testp<float>;
}

}  // namespace

Handler decode_compare(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  if (d.st.opcode == "setp") return decode_setp(d);
  if (d.st.opcode == "set") return decode_set(d);
  if (d.st.opcode == "selp") return decode_selp(d);
  if (d.st.opcode == "slct") return decode_slct(d);
  return decode_testp(d);
}

}  // namespace cudal1::sim
