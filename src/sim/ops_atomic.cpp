// atom and red on global, shared and generic memory, lane after lane.
#include <algorithm>
#include <bit>
#include <cstring>

#include "counters.h"
#include "decode.h"
#include "half.h"
#include "lanes.h"
#include "locate.h"

namespace cudal1::sim {
namespace {

template <typename T>
struct Add {
  static T f(T old, T b, T) { return T(old + b); }
};
template <typename T>
struct Min {
  static T f(T old, T b, T) { return std::min(old, b); }
};
template <typename T>
struct Max {
  static T f(T old, T b, T) { return std::max(old, b); }
};
template <typename T>
struct And {
  static T f(T old, T b, T) { return old & b; }
};
template <typename T>
struct Or {
  static T f(T old, T b, T) { return old | b; }
};
template <typename T>
struct Xor {
  static T f(T old, T b, T) { return old ^ b; }
};
template <typename T>
struct Exch {
  static T f(T, T b, T) { return b; }
};
template <typename T>
struct Cas {
  static T f(T old, T b, T c) { return old == b ? c : old; }
};
template <typename T>
struct Inc {
  static T f(T old, T b, T) { return old >= b ? 0 : T(old + 1); }
};
template <typename T>
struct Dec {
  static T f(T old, T b, T) { return old == 0 || old > b ? b : T(old - 1); }
};

struct AddHalf {
  static uint16_t f(uint16_t old, uint16_t b, uint16_t) {
    return float_to_half(half_to_float(old) + half_to_float(b));
  }
};
struct AddBrain {
  static uint16_t f(uint16_t old, uint16_t b, uint16_t) {
    return to_brain(add_to_odd(double(brain_to_float(old)), double(brain_to_float(b))));
  }
};
template <typename F>
struct Pair {
  static uint32_t f(uint32_t old, uint32_t b, uint32_t) {
    return uint32_t(F::f(uint16_t(old >> 16), uint16_t(b >> 16), 0)) << 16 |
           F::f(uint16_t(old), uint16_t(b), 0);
  }
};
template <Locate kLocate, typename T, typename F>
void atomic(Warp& warp, const Inst& in, uint32_t mask) {
  Located where;
  kLocate(warp, in, mask, sizeof(T), Direction::kAtomic, where);
  if (AccessCounter* counter = warp.launch->counter) {
    uint64_t address[kLanes];
    for (int l = 0; l < kLanes; ++l) address[l] = uint64_t(where.at[l]);
    counter->atomic(mask, address, where.is_shared);
  }
  const T* b = warp.lanes<T>(in.b);
  const T* c = warp.lanes<T>(in.c == kNoSlot ? in.b : in.c);
  T* d = in.d == kNoSlot ? nullptr : warp.lanes<T>(in.d);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    T old;
    std::memcpy(&old, where.at[l], sizeof(T));
    const T now = F::f(old, b[l], c[l]);
    std::memcpy(where.at[l], &now, sizeof(T));
    if (d) d[l] = old;
  }
  if (warp.launch->options->schedule == Schedule::kRandom) warp.yield = true;
}

// list: registers of the sources, then of the results if there are any. count elements of T side by
// side.
template <Locate kLocate, typename T, typename F>
void atomic_vector(Warp& warp, const Inst& in, uint32_t mask) {
  Located where;
  kLocate(warp, in, mask, uint32_t(sizeof(T)) * in.count, Direction::kAtomic, where);
  for (int l = 0; l < kLanes; ++l) {
    for (uint32_t i = 0; has_lane(mask, l) && i < in.count; ++i) {
      T old;
      std::memcpy(&old, where.at[l] + i * sizeof(T), sizeof(T));
      const T now = F::f(old, warp.lanes<T>(in.list[i])[l], T());
      std::memcpy(where.at[l] + i * sizeof(T), &now, sizeof(T));
      if (in.list_size > in.count) warp.lanes<T>(in.list[in.count + i])[l] = old;
    }
  }
}

template <typename T, typename F>
Handler by_space(const Decoder& d) {
  for (std::string_view modifier : d.st.modifiers) {
    if (modifier == "global") return &atomic<&locate_global, T, F>;
    if (modifier.substr(0, 6) == "shared") return &atomic<&locate_shared, T, F>;
  }
  return &atomic<&locate_generic, T, F>;
}

template <template <typename> class Op>
Handler integers(const Decoder& d, Type type) {
  switch (type) {
    case Type::kB16:
    case Type::kU16:
      return by_space<uint16_t, Op<uint16_t>>(d);
    case Type::kU32:
    case Type::kB32:
      return by_space<uint32_t, Op<uint32_t>>(d);
    case Type::kS32:
      return by_space<int32_t, Op<int32_t>>(d);
    case Type::kU64:
    case Type::kB64:
      return by_space<uint64_t, Op<uint64_t>>(d);
    case Type::kS64:
      return by_space<int64_t, Op<int64_t>>(d);
    default:
      return nullptr;
  }
}

Handler select_add(const Decoder& d, Type type) {
  switch (type) {
    case Type::kF32:
      return by_space<float, Add<float>>(d);
    case Type::kF64:
      return by_space<double, Add<double>>(d);
    case Type::kF16:
      return by_space<uint16_t, AddHalf>(d);
    case Type::kBf16:
      return by_space<uint16_t, AddBrain>(d);
    case Type::kF16x2:
      return by_space<uint32_t, Pair<AddHalf>>(d);
    case Type::kBf16x2:
      return by_space<uint32_t, Pair<AddBrain>>(d);
    case Type::kS32:
      return by_space<uint32_t, Add<uint32_t>>(d);
    case Type::kS64:
      return by_space<uint64_t, Add<uint64_t>>(d);
    default:
      return integers<Add>(d, type);
  }
}

Handler select(const Decoder& d, Type type) {
  if (d.has("add")) return select_add(d, type);
  if (is_float(type)) return nullptr;
  if (d.has("min")) return integers<Min>(d, type);
  if (d.has("max")) return integers<Max>(d, type);
  if (d.has("and")) return integers<And>(d, type);
  if (d.has("or")) return integers<Or>(d, type);
  if (d.has("xor")) return integers<Xor>(d, type);
  if (d.has("exch")) return integers<Exch>(d, type);
  if (d.has("cas")) return integers<Cas>(d, type);
  if (d.has("inc")) return integers<Inc>(d, type);
  if (d.has("dec")) return integers<Dec>(d, type);
  return nullptr;
}

Handler decode_vector(Decoder& d, Type type, bool has_result) {
  if (!d.has("add")) d.refuse();
  std::vector<Slot> list;
  for (const Operand& element : d.operand(has_result ? 2 : 1).elements)
    list.push_back(d.in(element, type));
  d.inst.count = uint8_t(list.size());
  if (has_result)
    for (const Operand& element : d.operand(0).elements) list.push_back(d.out(element, type));
  d.keep(std::move(list));
  switch (type) {
    case Type::kF32:
      return &atomic_vector<&locate_global, float, Add<float>>;
    case Type::kF16:
      return &atomic_vector<&locate_global, uint16_t, AddHalf>;
    case Type::kBf16:
      return &atomic_vector<&locate_global, uint16_t, AddBrain>;
    case Type::kF16x2:
      return &atomic_vector<&locate_global, uint32_t, Pair<AddHalf>>;
    case Type::kBf16x2:
      return &atomic_vector<&locate_global, uint32_t, Pair<AddBrain>>;
    default:
      return nullptr;
  }
}

}  // namespace

Handler decode_atomic(Decoder& d) {
  d.inst.pipe = Pipe::kLoadStore;
  if (d.has("async")) d.refuse();
  const Type type = d.last_type();
  const bool has_result = d.st.opcode == "atom";
  size_t at = has_result ? 1 : 0;
  d.address(d.operand(at++));
  if (d.has("v2") || d.has("v4") || d.has("v8")) return decode_vector(d, type, has_result);
  if (has_result) d.inst.d = d.out(0, type);
  d.inst.b = d.in(at++, type);
  if (d.has("cas")) d.inst.c = d.in(at++, type);
  return select(d, type);
}

}  // namespace cudal1::sim
