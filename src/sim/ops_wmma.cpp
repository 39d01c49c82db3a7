// wmma.load, wmma.mma, wmma.store. PTX leaves the fragment layout open; here element i of a matrix
// in memory order belongs to lane i % 32, so that an access is contiguous. C and D are always
// numbered by rows.
#include <algorithm>
#include <cstring>

#include "groups.h"
#include "lanes.h"
#include "locate.h"
#include "matrix.h"

namespace cudal1::sim {
namespace {

struct WmmaPlan {
  MatrixShape shape;
  Type a = Type::kNone, c = Type::kNone, d = Type::kNone;  // a also for b
  bool a_by_rows = true, b_by_rows = true;
  int registers_a = 0, registers_b = 0, registers_c = 0;
  // of load and store
  int rows = 0, columns = 0;
  Type type = Type::kNone;
  bool by_rows = true, numbered_by_rows = true;
};

int slots_per_register(Type type) {
  return bits_of(type) == 64 ? 1 : std::max(1, per_register(type));
}

// Copies between memory and registers, 32 elements at a time. c: the stride, in elements.
template <bool kLoad>
void move_fragment(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, kAllLanes)) return;
  const auto& plan = *static_cast<const WmmaPlan*>(in.extra);
  const uint32_t bytes = bytes_of(plan.type);
  const int e = slots_per_register(plan.type), count = plan.rows * plan.columns;
  const auto stride = int64_t(warp.lanes<int32_t>(in.c)[0]);
  const uint64_t base =
      (in.flags & kAddress32) ? *warp.lanes<uint32_t>(in.a) : *warp.lanes<uint64_t>(in.a);
  Inst one = in;
  one.a = make_slot(kSpecial, kScratch);
  one.flags &= ~uint32_t(kAddress32);
  for (int slot = 0; slot < int(in.list_size) * e; ++slot) {
    uint64_t* address = warp.lanes<uint64_t>(one.a);
    if (!kLoad && slot * kLanes >= count) break;
    for (int l = 0; l < kLanes; ++l) {
      // Formats with more slots than elements hold every element twice.
      const int at = (slot * kLanes + l) % count;
      const int row = plan.numbered_by_rows ? at / plan.columns : at % plan.rows;
      const int column = plan.numbered_by_rows ? at % plan.columns : at / plan.rows;
      address[l] = base + uint64_t((plan.by_rows ? row * stride + column : column * stride + row) *
                                   int64_t(bytes));
    }
    Located where;
    const auto space = Locate(in.target == 1   ? &locate_shared
                              : in.target == 2 ? &locate_global
                                               : &locate_generic);
    space(warp, one, mask, bytes, kLoad ? Direction::kLoad : Direction::kStore, where);
    auto* lanes = warp.lanes<std::byte>(in.list[slot / e]);
    const uint32_t width = std::max(4u, bytes);
    for (int l = 0; l < kLanes; ++l) {
      if (!has_lane(mask, l)) continue;
      std::byte* value = lanes + size_t(l) * width + uint32_t(slot % e) * bytes;
      if (kLoad)
        std::memcpy(value, where.at[l], bytes);
      else
        std::memcpy(where.at[l], value, bytes);
    }
  }
}

// Where element `at` of a fragment lives.
template <typename F>
void each_element(const Warp& warp, const Slot* list, int count, Type type, F f) {
  const int e = slots_per_register(type);
  for (int at = 0; at < count; ++at) {
    const int slot = at / kLanes, lane = at % kLanes;
    f(at, warp.lanes<uint32_t>(list[slot / e]) + lane, slot % e);
  }
}

template <typename T>
T value_of(uint32_t bits, int index, Type type) {
  if constexpr (std::is_same_v<T, int32_t>)
    return type == Type::kS32 ? int32_t(bits) : integer_element(bits, index, type);
  else
    return type == Type::kF32 ? std::bit_cast<float>(bits) : element(bits, index, type);
}

template <typename T>
void multiply_fragments(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, kAllLanes)) return;
  const auto& plan = *static_cast<const WmmaPlan*>(in.extra);
  const MatrixShape s = plan.shape;
  const Slot* a_list =
      in.list + (in.list_size - uint32_t(plan.registers_a + plan.registers_b + plan.registers_c));
  T a[32 * 32], b[32 * 32], c[32 * 32];
  each_element(warp, a_list, s.m * s.k, plan.a, [&](int at, const uint32_t* bits, int j) {
    a[plan.a_by_rows ? at : at % s.m * s.k + at / s.m] = value_of<T>(*bits, j, plan.a);
  });
  each_element(warp, a_list + plan.registers_a, s.k * s.n, plan.a,
               [&](int at, const uint32_t* bits, int j) {
                 b[plan.b_by_rows ? at : at % s.k * s.n + at / s.k] = value_of<T>(*bits, j, plan.a);
               });
  each_element(warp, a_list + plan.registers_a + plan.registers_b, s.m * s.n, plan.c,
               [&](int at, const uint32_t* bits, int j) { c[at] = value_of<T>(*bits, j, plan.c); });
  multiply(s, a, b, c);
  each_element(warp, in.list, s.m * s.n, plan.d, [&](int at, uint32_t* bits, int j) {
    if (plan.d == Type::kF16) {
      const uint16_t half = float_to_half(float(c[at]));
      std::memcpy(reinterpret_cast<std::byte*>(bits) + 2 * j, &half, 2);
    } else {
      std::memcpy(bits, &c[at], 4);
    }
  });
}

std::vector<Slot> registers_of(Decoder& d, const Operand& operand, bool is_destination) {
  std::vector<Slot> list;
  for (const Operand& one : operand.elements)
    list.push_back(is_destination ? d.out(one, Type::kB32) : d.in(one, Type::kB32));
  return list;
}

// Elements of a and b have the types of memory; the register count must match the shape.
void check_count(Decoder& d, size_t registers, int elements, Type type) {
  const int needed = std::max(1, elements / kLanes / slots_per_register(type));
  if (int(registers) != needed && int(registers) != 2 * needed)
    d.refuse("an unexpected number of registers");
}

Handler decode_transfer(Decoder& d, WmmaPlan& plan, bool is_load) {
  const MatrixShape s = plan.shape;
  plan.type = d.last_type();
  const bool is_a = is_load && d.has("a"), is_b = is_load && d.has("b");
  plan.rows = is_b ? s.k : s.m;
  plan.columns = is_a ? s.k : s.n;
  plan.by_rows = d.has("row");
  plan.numbered_by_rows = plan.by_rows || (!is_a && !is_b);
  d.inst.pipe = Pipe::kLoadStore;
  d.address(d.operand(is_load ? 1 : 0));
  auto list = registers_of(d, d.operand(is_load ? 0 : 1), is_load);
  check_count(d, list.size(), plan.rows * plan.columns, plan.type);
  d.keep(std::move(list));
  const int tight = plan.by_rows ? plan.columns : plan.rows;
  d.inst.c = d.operand_count() > 2 ? d.in(2, Type::kU32) : d.scope.immediate(uint64_t(tight), 32);
  for (std::string_view modifier : d.st.modifiers)
    d.inst.target = modifier.substr(0, 6) == "shared" ? 1
                    : modifier == "global"            ? 2
                                                      : d.inst.target;
  return is_load ? &move_fragment<true> : &move_fragment<false>;
}

Handler decode_product(Decoder& d, WmmaPlan& plan) {
  if (d.has("satfinite") || d.has("xor") || d.has("and")) d.refuse();
  const size_t types = d.type_count();
  if (types != 2 && types != 4) d.refuse();
  plan.d = d.type(0);
  plan.a = types == 2 ? Type::kF16 : d.type(1);
  plan.c = d.type(types - 1);
  // The two layouts stand side by side: .row.col
  std::vector<bool> by_rows;
  for (std::string_view modifier : d.st.modifiers)
    if (modifier == "row" || modifier == "col") by_rows.push_back(modifier == "row");
  if (by_rows.size() != 2 || plan.a == Type::kF64) d.refuse();
  plan.a_by_rows = by_rows[0], plan.b_by_rows = by_rows[1];
  const MatrixShape s = plan.shape;
  auto list = registers_of(d, d.operand(0), true);
  check_count(d, list.size(), s.m * s.n, plan.d);
  int* const counts[] = {&plan.registers_a, &plan.registers_b, &plan.registers_c};
  const int elements[] = {s.m * s.k, s.k * s.n, s.m * s.n};
  for (size_t i = 0; i < 3; ++i) {
    const auto part = registers_of(d, d.operand(i + 1), false);
    check_count(d, part.size(), elements[i], i == 2 ? plan.c : plan.a);
    *counts[i] = int(part.size());
    list.insert(list.end(), part.begin(), part.end());
  }
  d.keep(std::move(list));
  d.inst.flops = uint16_t(2 * s.m * s.n * s.k / kLanes);
  const bool is_integer = plan.a == Type::kS8 || plan.a == Type::kU8;
  return is_integer ? &multiply_fragments<int32_t> : &multiply_fragments<float>;
}

}  // namespace

Handler decode_wmma(Decoder& d) {
  auto plan = std::make_shared<WmmaPlan>();
  plan->shape = shape_of(d);
  const Handler handler = d.has("load")    ? decode_transfer(d, *plan, true)
                          : d.has("store") ? decode_transfer(d, *plan, false)
                                           : decode_product(d, *plan);
  d.inst.extra = plan.get();
  d.scope.function.plans.push_back(std::move(plan));
  return handler;
}

}  // namespace cudal1::sim
