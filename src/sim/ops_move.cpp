// mov in all its forms, cvta, isspacep.
#include <x86intrin.h>

#include <chrono>

#include "decode.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
void mov(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) { return a[l]; });
}

void mov_wide(Warp& warp, const Inst& in, uint32_t mask) {
  using Pair = unsigned __int128;
  const auto* a = reinterpret_cast<const Pair*>(warp.lanes<uint64_t>(in.a));
  auto* d = reinterpret_cast<Pair*>(warp.lanes<uint64_t>(in.d));
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l)) d[l] = a[l];
}

void mov_predicate(Warp& warp, const Inst& in, uint32_t mask) {
  set_lanes(warp.predicate(in.d), mask, warp.predicate(in.a));
}

// d = base + imm, for addresses that depend on the launch or the frame. kAddress32: the base has 32
// bits.
template <typename T>
void mov_place(Warp& warp, const Inst& in, uint32_t mask) {
  const uint64_t base =
      (in.flags & kAddress32) ? *warp.lanes<uint32_t>(in.a) : *warp.lanes<uint64_t>(in.a);
  const T value = T(base + uint64_t(in.imm));
  each_lane(warp.lanes<T>(in.d), mask, [&](int) { return value; });
}

enum class Clock { kCycles, kGlobal };

template <typename T, Clock kWhich>
void mov_clock(Warp& warp, const Inst& in, uint32_t mask) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const uint64_t value =
      kWhich == Clock::kCycles
          ? __rdtsc()
          : uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  // clock_hi and globaltimer_hi keep their shift in imm.
  const T shifted = T(value >> in.imm);
  each_lane(warp.lanes<T>(in.d), mask, [&](int) { return shifted; });
}

// list[i] = the i-th part of a.
template <typename Whole, typename Part>
void unpack(Warp& warp, const Inst& in, uint32_t mask) {
  const Whole* a = warp.lanes<Whole>(in.a);
  alignas(64) Whole copy[kLanes];
  for (int l = 0; l < kLanes; ++l) copy[l] = a[l];
  for (uint32_t i = 0; i < in.list_size; ++i)
    each_lane(warp.lanes<Part>(in.list[i]), mask,
              [&](int l) { return Part(copy[l] >> (8 * sizeof(Part) * i)); });
}

template <typename Whole, typename Part>
void pack(Warp& warp, const Inst& in, uint32_t mask) {
  alignas(64) Whole result[kLanes] = {};
  for (uint32_t i = 0; i < in.list_size; ++i) {
    const Part* part = warp.lanes<Part>(in.list[i]);
    for (int l = 0; l < kLanes; ++l) result[l] |= Whole(part[l]) << (8 * sizeof(Part) * i);
  }
  each_lane(warp.lanes<Whole>(in.d), mask, [&](int l) { return result[l]; });
}

Type bits_type(uint32_t bits) {
  switch (bits) {
    case 8:
      return Type::kB8;
    case 16:
      return Type::kB16;
    case 32:
      return Type::kB32;
    case 64:
      return Type::kB64;
    default:
      return Type::kB128;
  }
}

template <bool kPack>
Handler vector_handler(uint32_t whole, uint32_t part) {
  const auto choose = [](Handler packing, Handler unpacking) {
    return kPack ? packing : unpacking;
  };
  if (whole == 32 && part == 16)
    return choose(&pack<uint32_t, uint16_t>, &unpack<uint32_t, uint16_t>);
  if (whole == 64 && part == 32)
    return choose(&pack<uint64_t, uint32_t>, &unpack<uint64_t, uint32_t>);
  if (whole == 64 && part == 16)
    return choose(&pack<uint64_t, uint16_t>, &unpack<uint64_t, uint16_t>);
  if (whole == 128 && part == 64)
    return choose(&pack<unsigned __int128, uint64_t>, &unpack<unsigned __int128, uint64_t>);
  if (whole == 128 && part == 32)
    return choose(&pack<unsigned __int128, uint32_t>, &unpack<unsigned __int128, uint32_t>);
  return nullptr;
}

Handler decode_vector_mov(Decoder& d, Type type) {
  const bool packing = d.operand(1).kind == OperandKind::kVector;
  const auto& elements = d.operand(packing ? 1 : 0).elements;
  const uint32_t part = bits_of(type) / uint32_t(std::max<size_t>(elements.size(), 1));
  std::vector<Slot> slots;
  for (const Operand& element : elements)
    slots.push_back(packing ? d.in(element, bits_type(part)) : d.out(element, bits_type(part)));
  d.keep(std::move(slots));
  if (packing)
    d.inst.d = d.out(0, type);
  else
    d.inst.a = d.in(1, type);
  const Handler handler = packing ? vector_handler<true>(bits_of(type), part)
                                  : vector_handler<false>(bits_of(type), part);
  if (!handler) d.refuse();
  return handler;
}

Handler by_width(Decoder& d, Type type) {
  switch (bits_of(type)) {
    case 1:
      return &mov_predicate;
    case 16:
      return &mov<uint16_t>;
    case 32:
      return &mov<uint32_t>;
    case 64:
      return &mov<uint64_t>;
    case 128:
      return &mov_wide;
    default:
      d.refuse();
  }
}

Handler decode_clock(Decoder& d, Type type, std::string_view name) {
  d.inst.d = d.out(0, type);
  const bool is_wide = bits_of(type) == 64, cycles = name.substr(0, 6) == "%clock";
  if (name == "%clock_hi" || name == "%globaltimer_hi") d.inst.imm = 32;
  if (cycles)
    return is_wide ? &mov_clock<uint64_t, Clock::kCycles> : &mov_clock<uint32_t, Clock::kCycles>;
  return is_wide ? &mov_clock<uint64_t, Clock::kGlobal> : &mov_clock<uint32_t, Clock::kGlobal>;
}

Handler decode_place_mov(Decoder& d, Type type, const Operand& symbol) {
  const auto place = d.scope.place(symbol.name, d.st.scope);
  if (!place) d.refuse("unknown name " + std::string(symbol.name));
  d.inst.d = d.out(0, type);
  d.inst.a = place->base;
  d.inst.imm = place->offset + symbol.value;
  if (place->bits == 32) d.inst.flags |= kAddress32;
  if (bits_of(type) == 64) return &mov_place<uint64_t>;
  if (bits_of(type) == 32) return &mov_place<uint32_t>;
  d.refuse();
}

Handler decode_mov(Decoder& d) {
  const Type type = d.type();
  const Operand& source = d.operand(1);
  if (source.kind == OperandKind::kVector || d.operand(0).kind == OperandKind::kVector)
    return decode_vector_mov(d, type);
  if (source.kind == OperandKind::kSymbol && source.name != "WARP_SZ")
    return decode_place_mov(d, type, source);
  const bool is_clock =
      source.kind == OperandKind::kRegister && source.reg < 0 &&
      (source.name.substr(0, 6) == "%clock" || source.name.substr(0, 12) == "%globaltimer");
  if (is_clock) return decode_clock(d, type, source.name);
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  return by_width(d, type);
}

// imm = window of the space; cvta adds it, cvta.to removes it. Null stays null only for global, as
// on a GPU.
template <typename T>
void add_window(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const auto window = uint64_t(in.imm);
  each_lane(warp.lanes<uint64_t>(in.d), mask, [&](int l) { return uint64_t(a[l]) | window; });
}
void drop_window(Warp& warp, const Inst& in, uint32_t mask) {
  const uint64_t* a = warp.lanes<uint64_t>(in.a);
  each_lane(warp.lanes<uint64_t>(in.d), mask, [&](int l) { return a[l] & ~kWindowMask; });
}

std::string_view space_without_scope(std::string_view modifier) {
  return modifier.substr(0, modifier.find("::"));
}

Handler decode_cvta(Decoder& d) {
  const Type type = d.last_type();
  std::string_view space;
  for (std::string_view modifier : d.st.modifiers)
    if (modifier != "to" && !type_named(modifier)) space = space_without_scope(modifier);
  const uint64_t window = space == "shared" ? kSharedWindow : space == "local" ? kLocalWindow : 0;
  const Operand& source = d.operand(1);
  if (source.kind == OperandKind::kSymbol) {
    const Handler handler = decode_place_mov(d, type, source);
    if (!d.has("to")) d.inst.imm = int64_t(uint64_t(d.inst.imm) + window);
    return handler;
  }
  d.inst.d = d.out(0, type);
  uint32_t bits = 64;
  d.inst.a = d.any(source, bits, 64);
  if (bits_of(type) != 64 || bits != 64) d.refuse();
  d.inst.imm = int64_t(window);
  if (window == 0) return &mov<uint64_t>;
  return d.has("to") ? &drop_window : &add_window<uint64_t>;
}

void isspacep(Warp& warp, const Inst& in, uint32_t mask) {
  const uint64_t* a = warp.lanes<uint64_t>(in.a);
  const auto window = uint64_t(in.imm);
  uint32_t result = 0;
  for (int l = 0; l < kLanes; ++l) {
    const uint64_t high = a[l] & kWindowMask;
    const bool is_window = high == kSharedWindow || high == kLocalWindow;
    result |= uint32_t(window ? high == window : !is_window) << l;
  }
  set_lanes(warp.predicate(in.d), mask, result);
}

Handler decode_isspacep(Decoder& d) {
  const auto space = space_without_scope(d.st.modifiers.empty() ? "" : d.st.modifiers[0]);
  if (space == "const" || space == "param") d.refuse();
  d.inst.d = d.out(0, Type::kPred);
  d.inst.a = d.in(1, Type::kU64);
  d.inst.imm = int64_t(space == "shared" ? kSharedWindow : space == "local" ? kLocalWindow : 0);
  return &isspacep;
}

}  // namespace

Handler decode_move(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  if (d.st.opcode == "mov") return decode_mov(d);
  if (d.st.opcode == "cvta") return decode_cvta(d);
  if (d.st.opcode == "isspacep") return decode_isspacep(d);
  d.refuse();
}

}  // namespace cudal1::sim
