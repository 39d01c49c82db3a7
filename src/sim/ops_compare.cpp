// setp, set.
#include <utility>

#include "compare.h"
#include "float_ops.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

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

template <Compare kOp, typename T, typename Load>
uint32_t compare_lanes(Warp& warp, const Inst& in) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  return lanes_where([&](int l) { return holds<kOp>(Load::load(a[l]), Load::load(b[l])); });
}

template <Compare kOp, typename T, typename Load>
void setp(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t holds = compare_lanes<kOp, T, Load>(warp, in);
  const uint32_t value = combined(warp, in, holds), other = combined(warp, in, ~holds);
  if (in.list) set_lanes(warp.predicate(in.list[0]), mask, other);
  set_lanes(warp.predicate(in.d), mask, value);
}

template <Compare kOp, typename T, typename Load, typename D>
void set(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t value = compare_lanes<kOp, T, Load>(warp, in);
  // imm holds what "true" looks like: all ones, or 1.0
  const auto truth = D(in.imm);
  each_lane(warp.lanes<D>(in.d), mask, [&](int l) { return (value >> l) & 1 ? truth : D(0); });
}

enum class Form { kSetp, kSet32, kSet16 };

template <Compare kOp, typename T, typename Load>
Handler form(Form wanted) {
  switch (wanted) {
    case Form::kSetp:
      return &setp<kOp, T, Load>;
    case Form::kSet32:
      return &set<kOp, T, Load, uint32_t>;
    case Form::kSet16:
      return &set<kOp, T, Load, uint16_t>;
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

bool is_pair(Type type) { return type == Type::kF16x2 || type == Type::kBf16x2; }

void decode_combination(Decoder& d) {
  if (d.operand_count() <= 3) return;
  d.inst.c = d.in(3, Type::kPred);
  d.inst.flags |= d.has("and") ? kCombineAnd : d.has("or") ? kCombineOr : kCombineXor;
  if (d.operand(3).negated) d.inst.flags |= kCombineNegated;
}

Handler decode_setp(Decoder& d) {
  const Type type = d.type();
  const Compare compare = decode_comparison(d);
  d.inst.d = d.out(0, Type::kPred);
  if (d.operand(0).second >= 0) d.keep({d.scope.register_slot(d.operand(0).second)});
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  decode_combination(d);
  if (is_pair(type)) return setp_of_pairs(d, type, compare);
  return compare_handler(type, compare, Form::kSetp, d.has("ftz"));
}

Handler decode_set(Decoder& d) {
  const Type result = d.type(0), type = d.type(1);
  if (d.operand_count() > 3) d.refuse("a combined predicate");
  const Compare compare = decode_comparison(d);
  d.inst.d = d.out(0, result);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  if (is_pair(type))
    return set_of_pairs(d, type, compare, is_float(result) ? uint16_t(truth_of(result)) : 0xffff);
  d.inst.imm = truth_of(result);
  return compare_handler(type, compare, bits_of(result) == 16 ? Form::kSet16 : Form::kSet32,
                         d.has("ftz"));
}

}  // namespace

Handler decode_compare(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  return d.st.opcode == "setp" ? decode_setp(d) : decode_set(d);
}

}  // namespace cudal1::sim
