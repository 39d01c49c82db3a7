// and, or, xor, not, cnot, lop3.
#include "bits.h"
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

template <template <typename> class Op>
Handler unary_logic(Type type) {
  switch (bits_of(type)) {
    case 16:
      return &map1<Op<uint16_t>, uint16_t, uint16_t>;
    case 32:
      return &map1<Op<uint32_t>, uint32_t, uint32_t>;
    case 64:
      return &map1<Op<uint64_t>, uint64_t, uint64_t>;
    default:
      return nullptr;
  }
}

void not_predicate(Warp& warp, const Inst& in, uint32_t mask) {
  set_lanes(warp.predicate(in.d), mask, ~warp.predicate(in.a));
}

}  // namespace

Handler decode_logic(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  d.operands(type, type);
  if (op == "and") return logic<And>(type);
  if (op == "or") return logic<Or>(type);
  if (op == "xor") return logic<Xor>(type);
  if (op == "cnot") return unary_logic<Cnot>(type);
  return bits_of(type) == 1 ? &not_predicate : unary_logic<Not>(type);
}

Handler decode_lop3(Decoder& d) {
  if (d.has("BoolOp") || d.operand_count() != 5) d.refuse();
  d.operands(Type::kB32, Type::kB32);
  d.inst.imm = d.operand(4).value;
  return &lop3;
}

}  // namespace cudal1::sim
