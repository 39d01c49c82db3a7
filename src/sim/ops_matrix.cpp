// mma.sync (f16, bf16, tf32, s8, u8, f64), ldmatrix, stmatrix.
#include <charconv>
#include <cstring>

#include "groups.h"
#include "lanes.h"
#include "locate.h"
#include "matrix.h"

namespace cudal1::sim {
namespace {

// extra of mma: which lane and register holds what follows from these.
struct MmaPlan {
  MatrixShape shape;
  Type a, b, c, d;
  int registers_a, registers_b, registers_c;
};

// The PTX fragment layouts are one pattern: lane = 4 g + t. Register r of A holds row g + 8 (r & 1)
// and columns from t * e + 4 e (r / 2), where e elements share a register; B has rows in place of
// columns and column g.
template <typename F>
void each_a(const MmaPlan& plan, int e, F f) {
  for (int lane = 0; lane < kLanes; ++lane)
    for (int r = 0; r < plan.registers_a; ++r)
      for (int j = 0; j < e; ++j) {
        const int half = plan.shape.m == 16 ? r & 1 : 0, step = plan.shape.m == 16 ? r / 2 : r;
        f(lane, r, j, (lane / 4 + 8 * half) * plan.shape.k + lane % 4 * e + 4 * e * step + j);
      }
}
template <typename F>
void each_b(const MmaPlan& plan, int e, F f) {
  for (int lane = 0; lane < kLanes; ++lane)
    for (int r = 0; r < plan.registers_b; ++r)
      for (int j = 0; j < e; ++j)
        f(lane, r, j, (lane % 4 * e + 4 * e * r + j) * plan.shape.n + lane / 4);
}
// Value v of a lane: row g + 8 (v / 2), column 2 t + v % 2.
template <typename F>
void each_c(const MmaPlan& plan, F f) {
  for (int lane = 0; lane < kLanes; ++lane)
    for (int v = 0; v < (plan.shape.m == 16 ? 4 : 2); ++v)
      f(lane, v, (lane / 4 + 8 * (v / 2)) * plan.shape.n + lane % 4 * 2 + v % 2);
}

// list: registers of d, a, b, c.
struct Lists {
  const Slot *d, *a, *b, *c;
};
Lists lists_of(const Inst& in, const MmaPlan& plan) {
  const Slot* d = in.list;
  const Slot* a =
      d + (in.list_size - uint32_t(plan.registers_a + plan.registers_b + plan.registers_c));
  return {d, a, a + plan.registers_a, a + plan.registers_a + plan.registers_b};
}

void mma_float(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, kAllLanes)) return;
  const auto& plan = *static_cast<const MmaPlan*>(in.extra);
  const Lists lists = lists_of(in, plan);
  float a[16 * 32], b[32 * 8], c[16 * 8];
  const int e = per_register(plan.a);
  each_a(plan, e, [&](int l, int r, int j, int at) {
    a[at] = element(warp.lanes<uint32_t>(lists.a[r])[l], j, plan.a);
  });
  each_b(plan, e, [&](int l, int r, int j, int at) {
    b[at] = element(warp.lanes<uint32_t>(lists.b[r])[l], j, plan.b);
  });
  each_c(plan, [&](int l, int v, int at) {
    c[at] = plan.c == Type::kF32
                ? warp.lanes<float>(lists.c[v])[l]
                : element(warp.lanes<uint32_t>(lists.c[v / 2])[l], v % 2, Type::kF16);
  });
  multiply(plan.shape, a, b, c);
  each_c(plan, [&](int l, int v, int at) {
    if (!has_lane(mask, l)) return;
    if (plan.d == Type::kF32)
      warp.lanes<float>(lists.d[v])[l] = c[at];
    else
      reinterpret_cast<uint16_t*>(warp.lanes<uint32_t>(lists.d[v / 2]) + l)[v % 2] =
          float_to_half(c[at]);
  });
}

void mma_integer(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, kAllLanes)) return;
  const auto& plan = *static_cast<const MmaPlan*>(in.extra);
  const Lists lists = lists_of(in, plan);
  int32_t a[16 * 32], b[32 * 8], c[16 * 8];
  each_a(plan, 4, [&](int l, int r, int j, int at) {
    a[at] = integer_element(warp.lanes<uint32_t>(lists.a[r])[l], j, plan.a);
  });
  each_b(plan, 4, [&](int l, int r, int j, int at) {
    b[at] = integer_element(warp.lanes<uint32_t>(lists.b[r])[l], j, plan.b);
  });
  each_c(plan, [&](int l, int v, int at) { c[at] = warp.lanes<int32_t>(lists.c[v])[l]; });
  multiply(plan.shape, a, b, c);
  each_c(plan, [&](int l, int v, int at) {
    if (has_lane(mask, l)) warp.lanes<int32_t>(lists.d[v])[l] = c[at];
  });
}

void mma_double(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, kAllLanes)) return;
  const auto& plan = *static_cast<const MmaPlan*>(in.extra);
  const Lists lists = lists_of(in, plan);
  double a[16 * 16], b[16 * 8], c[16 * 8];
  each_a(plan, 1, [&](int l, int r, int, int at) { a[at] = warp.lanes<double>(lists.a[r])[l]; });
  each_b(plan, 1, [&](int l, int r, int, int at) { b[at] = warp.lanes<double>(lists.b[r])[l]; });
  each_c(plan, [&](int l, int v, int at) { c[at] = warp.lanes<double>(lists.c[v])[l]; });
  multiply(plan.shape, a, b, c);
  each_c(plan, [&](int l, int v, int at) {
    if (has_lane(mask, l)) warp.lanes<double>(lists.d[v])[l] = c[at];
  });
}

Handler decode_mma(Decoder& d) {
  if (d.has("sp") || d.has("block_scale") || d.has("satfinite") || d.has("and") || d.has("xor"))
    d.refuse();
  if (!d.has("row") || !d.has("col") || d.type_count() != 4) d.refuse();
  auto plan = std::make_shared<MmaPlan>();
  plan->shape = shape_of(d);
  plan->d = d.type(0), plan->a = d.type(1), plan->b = d.type(2), plan->c = d.type(3);
  const bool is_double = plan->a == Type::kF64,
             is_integer = plan->a == Type::kS8 || plan->a == Type::kU8;
  const MatrixShape s = plan->shape;
  if (s.n != 8 || (s.m != 16 && !(s.m == 8 && is_double)) ||
      (!is_double && per_register(plan->a) == 0))
    d.refuse();
  const bool is_half = plan->a == Type::kF16 || plan->a == Type::kBf16 || plan->a == Type::kTf32;
  if (!is_double && !is_integer && !is_half) d.refuse();
  if (plan->c != plan->d || (is_half && plan->c != Type::kF32 && plan->c != Type::kF16)) d.refuse();
  const int e = is_double ? 1 : per_register(plan->a);
  plan->registers_a = s.m * s.k / kLanes / e;
  plan->registers_b = s.n * s.k / kLanes / e;
  plan->registers_c = s.m * s.n / kLanes / (plan->c == Type::kF16 ? 2 : 1);
  const Type value = is_double ? Type::kF64 : Type::kB32;
  std::vector<Slot> list;
  const int sizes[] = {plan->registers_c, plan->registers_a, plan->registers_b, plan->registers_c};
  for (size_t i = 0; i < 4; ++i) {
    const Operand& operand = d.operand(i);
    const size_t count = operand.kind == OperandKind::kVector ? operand.elements.size() : 1;
    if (count != size_t(sizes[i]))
      d.refuse("operand " + std::to_string(i) + " has " + std::to_string(count) + " registers");
    for (size_t j = 0; j < count; ++j) {
      const Operand& one = operand.kind == OperandKind::kVector ? operand.elements[j] : operand;
      list.push_back(i == 0 ? d.out(one, value) : d.in(one, value));
    }
  }
  d.keep(std::move(list));
  d.inst.flops = uint16_t(2 * s.m * s.n * s.k / kLanes);
  d.inst.extra = plan.get();
  d.scope.function.plans.push_back(std::move(plan));
  return is_double ? &mma_double : is_integer ? &mma_integer : &mma_float;
}

// 8×8 matrices of 16-bit elements: lane 8 i + r gives the address of row r of matrix i; lane l
// receives two neighbours of row l / 4, or of column l / 4 with .trans.
enum : uint32_t { kTrans = 1 };

void move_matrices(Warp& warp, const Inst& in, uint32_t mask, bool is_load) {
  if (!gather_lanes(warp, mask, kAllLanes)) return;
  const auto rows = uint32_t(8 * in.list_size);
  const uint32_t addressed = rows == 32 ? kAllLanes : (1u << rows) - 1;
  Located where;
  locate_shared(warp, in, addressed, 16, is_load ? Direction::kLoad : Direction::kStore, where);
  for (uint32_t matrix = 0; matrix < in.list_size; ++matrix) {
    uint32_t* d = warp.lanes<uint32_t>(in.list[matrix]);
    for (int l = 0; l < kLanes; ++l) {
      if (!has_lane(mask, l)) continue;
      auto* halves = reinterpret_cast<uint16_t*>(d + l);
      for (int j = 0; j < 2; ++j) {
        const int row = (in.flags & kTrans) ? l % 4 * 2 + j : l / 4,
                  column = (in.flags & kTrans) ? l / 4 : l % 4 * 2 + j;
        std::byte* at = where.at[matrix * 8 + uint32_t(row)] + 2 * column;
        if (is_load)
          std::memcpy(halves + j, at, 2);
        else
          std::memcpy(at, halves + j, 2);
      }
    }
  }
}
void ldmatrix(Warp& warp, const Inst& in, uint32_t mask) { move_matrices(warp, in, mask, true); }
void stmatrix(Warp& warp, const Inst& in, uint32_t mask) { move_matrices(warp, in, mask, false); }

Handler decode_ldmatrix(Decoder& d, bool is_load) {
  if (!d.has("m8n8") || !d.has("b16")) d.refuse();
  d.inst.pipe = Pipe::kLoadStore;
  d.address(d.operand(is_load ? 1 : 0));
  if (d.has("trans")) d.inst.flags |= kTrans;
  const Operand& registers = d.operand(is_load ? 0 : 1);
  std::vector<Slot> list;
  if (registers.kind != OperandKind::kVector) list.push_back(d.in(registers, Type::kB32));
  for (const Operand& one : registers.elements)
    list.push_back(is_load ? d.out(one, Type::kB32) : d.in(one, Type::kB32));
  d.keep(std::move(list));
  return is_load ? &ldmatrix : &stmatrix;
}

}  // namespace

MatrixShape shape_of(Decoder& d) {
  for (std::string_view modifier : d.st.modifiers) {
    MatrixShape shape;
    const char* at = modifier.data();
    const char* end = at + modifier.size();
    bool fits = true;
    for (auto [letter, value] :
         {std::pair{'m', &shape.m}, std::pair{'n', &shape.n}, std::pair{'k', &shape.k}}) {
      fits = fits && at < end && *at == letter;
      if (!fits) break;
      at = std::from_chars(at + 1, end, *value).ptr;
    }
    if (fits && at == end && shape.m > 0 && shape.n > 0 && shape.k > 0 && shape.m <= 32 &&
        shape.n <= 32 && shape.k <= 32)
      return shape;
  }
  d.refuse("an unknown shape");
}

Handler decode_matrix(Decoder& d) {
  d.inst.pipe = Pipe::kTensor;
  if (d.st.opcode == "mma") return decode_mma(d);
  if (d.st.opcode == "ldmatrix") return decode_ldmatrix(d, true);
  if (d.st.opcode == "stmatrix") return decode_ldmatrix(d, false);
  return decode_wmma(d);
}

}  // namespace cudal1::sim
