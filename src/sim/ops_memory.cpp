// ld and st in every space.
#include <algorithm>
#include <cstring>

#include "decode.h"
#include "lanes.h"
#include "locate.h"

namespace cudal1::sim {
namespace {

template <typename T>
bool is_row(std::byte* const* at) {
  uint64_t different = 0;
  const auto first = uint64_t(at[0]);
  for (int l = 0; l < kLanes; ++l) different |= uint64_t(at[l]) ^ (first + uint64_t(l) * sizeof(T));
  return different == 0;
}

template <typename T>
T read(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

// kLocate finds the bytes; T is what memory holds, R what the register holds.
template <Locate kLocate, typename T, typename R>
void load(Warp& warp, const Inst& in, uint32_t mask) {
  Located where;
  kLocate(warp, in, mask, sizeof(T), Direction::kLoad, where);
  R* d = warp.lanes<R>(in.d);
  if (mask == kAllLanes && is_row<T>(where.at)) {
    alignas(64) T row[kLanes];
    std::memcpy(row, where.at[0], sizeof row);
    for (int l = 0; l < kLanes; ++l) d[l] = R(row[l]);
    return;
  }
  if (mask == kAllLanes) {
    for (int l = 0; l < kLanes; ++l) d[l] = R(read<T>(where.at[l]));
    return;
  }
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l)) d[l] = R(read<T>(where.at[l]));
}

template <Locate kLocate, typename T, typename R>
void load_vector(Warp& warp, const Inst& in, uint32_t mask) {
  Located where;
  kLocate(warp, in, mask, uint32_t(sizeof(T) * in.count), Direction::kLoad, where);
  for (uint32_t i = 0; i < in.count; ++i) {
    R* d = warp.lanes<R>(in.list[i]);
    for (int l = 0; l < kLanes; ++l)
      if (has_lane(mask, l)) d[l] = R(read<T>(where.at[l] + i * sizeof(T)));
  }
}

template <Locate kLocate, typename T, typename R>
void store(Warp& warp, const Inst& in, uint32_t mask) {
  Located where;
  where.stored = {&in.b, sizeof(R), sizeof(T)};
  kLocate(warp, in, mask, sizeof(T), Direction::kStore, where);
  const R* b = warp.lanes<R>(in.b);
  if (mask == kAllLanes && is_row<T>(where.at)) {
    alignas(64) T row[kLanes];
    for (int l = 0; l < kLanes; ++l) row[l] = T(b[l]);
    std::memcpy(where.at[0], row, sizeof row);
    return;
  }
  for (int l = 0; l < kLanes; ++l) {
    const T value = T(b[l]);
    if (has_lane(mask, l)) std::memcpy(where.at[l], &value, sizeof(T));
  }
}

template <Locate kLocate, typename T, typename R>
void store_vector(Warp& warp, const Inst& in, uint32_t mask) {
  Located where;
  where.stored = {in.list, sizeof(R), sizeof(T)};
  kLocate(warp, in, mask, uint32_t(sizeof(T) * in.count), Direction::kStore, where);
  for (int l = 0; l < kLanes; ++l) {
    for (uint32_t i = 0; has_lane(mask, l) && i < in.count; ++i) {
      const T value = T(warp.lanes<R>(in.list[i])[l]);
      std::memcpy(where.at[l] + i * sizeof(T), &value, sizeof(T));
    }
  }
}

// Kernel parameters: the same for all threads.
template <typename T, typename R>
void load_param(Warp& warp, const Inst& in, uint32_t mask) {
  for (uint32_t i = 0; i < in.count; ++i) {
    const R value =
        R(read<T>(warp.launch->launch->params.data() + in.imm + int64_t(i * sizeof(T))));
    each_lane(warp.lanes<R>(in.list[i]), mask, [&](int) { return value; });
  }
}

// Parameters of device functions: an area per lane in the frame.
void locate_frame_param(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction,
                        Located& where) {
  Frame& frame = warp.frame();
  const int64_t address = in.imm;
  if (address < 0 || uint64_t(address) + bytes > frame.params_stride)
    fail(FaultKind::kOutOfBounds, __builtin_ctz(mask),
         "an access past the parameters of " + frame.function->name);
  for (int l = 0; l < kLanes; ++l)
    where.at[l] = frame.params.data() + size_t(l) * frame.params_stride + size_t(address);
}

enum class Shape { kLoad, kLoadVector, kStore, kStoreVector };

template <Locate kLocate, typename T, typename R>
Handler shaped(Shape shape) {
  switch (shape) {
    case Shape::kLoad:
      return &load<kLocate, T, R>;
    case Shape::kLoadVector:
      return &load_vector<kLocate, T, R>;
    case Shape::kStore:
      return &store<kLocate, T, R>;
    case Shape::kStoreVector:
      return &store_vector<kLocate, T, R>;
  }
  return nullptr;
}

// A value narrower than its register is extended by a load and cut by a store.
template <Locate kLocate, typename T>
Handler for_register(Shape shape, uint32_t register_bits) {
  if constexpr (sizeof(T) <= 2)
    if (register_bits == 16) return shaped<kLocate, T, uint16_t>(shape);
  if constexpr (sizeof(T) <= 4)
    if (register_bits == 32) return shaped<kLocate, T, uint32_t>(shape);
  if (register_bits == 64) return shaped<kLocate, T, uint64_t>(shape);
  return nullptr;
}

template <Locate kLocate>
Handler for_type(Shape shape, Type type, uint32_t register_bits) {
  switch (type) {
    case Type::kS8:
      return for_register<kLocate, int8_t>(shape, register_bits);
    case Type::kS16:
      return for_register<kLocate, int16_t>(shape, register_bits);
    case Type::kS32:
      return for_register<kLocate, int32_t>(shape, register_bits);
    default:
      break;
  }
  switch (bits_of(type)) {
    case 8:
      return for_register<kLocate, uint8_t>(shape, register_bits);
    case 16:
      return for_register<kLocate, uint16_t>(shape, register_bits);
    case 32:
      return for_register<kLocate, uint32_t>(shape, register_bits);
    case 64:
      return for_register<kLocate, uint64_t>(shape, register_bits);
    default:
      return nullptr;
  }
}

template <typename T>
Handler param_for_register(uint32_t register_bits) {
  if constexpr (sizeof(T) <= 2)
    if (register_bits == 16) return &load_param<T, uint16_t>;
  if constexpr (sizeof(T) <= 4)
    if (register_bits == 32) return &load_param<T, uint32_t>;
  return register_bits == 64 ? &load_param<T, uint64_t> : nullptr;
}

Handler param_handler(Type type, uint32_t register_bits) {
  switch (type) {
    case Type::kS8:
      return param_for_register<int8_t>(register_bits);
    case Type::kS16:
      return param_for_register<int16_t>(register_bits);
    case Type::kS32:
      return param_for_register<int32_t>(register_bits);
    default:
      break;
  }
  switch (bits_of(type)) {
    case 8:
      return param_for_register<uint8_t>(register_bits);
    case 16:
      return param_for_register<uint16_t>(register_bits);
    case 32:
      return param_for_register<uint32_t>(register_bits);
    case 64:
      return param_for_register<uint64_t>(register_bits);
    default:
      return nullptr;
  }
}

Space space_of(const Decoder& d) {
  for (std::string_view modifier : d.st.modifiers) {
    const std::string_view name = modifier.substr(0, modifier.find("::"));
    if (name == "global") return Space::kGlobal;
    if (name == "shared") return Space::kShared;
    if (name == "local") return Space::kLocal;
    if (name == "const") return Space::kConst;
    if (name == "param") return Space::kParam;
  }
  return Space::kGeneric;
}

// Register slots of a scalar or vector operand, and the width that they share.
std::vector<Slot> value_slots(Decoder& d, const Operand& operand, Type type, bool is_destination,
                              uint32_t& bits) {
  const bool is_vector = operand.kind == OperandKind::kVector;
  std::vector<Slot> slots;
  bits = 0;
  const size_t count = is_vector ? operand.elements.size() : 1;
  const uint32_t default_bits = std::max(16u, bits_of(type));
  std::vector<size_t> sinks;
  for (size_t i = 0; i < count; ++i) {
    const Operand& element = is_vector ? operand.elements[i] : operand;
    uint32_t own = 0;
    if (element.kind == OperandKind::kSink) {
      slots.push_back(make_slot(kSpecial, kSinkUnit));
      continue;
    }
    slots.push_back(d.any(element, own, default_bits));
    if (is_destination && element.reg < 0) d.refuse("the destination is not a register");
    if (bits != 0 && own != bits) d.refuse("a vector of registers of different widths");
    bits = own;
  }
  if (bits == 0) bits = default_bits;
  return slots;
}

bool is_frame_param(Decoder& d, const Operand& operand) {
  if (operand.reg >= 0 || operand.name.empty()) return false;
  const auto place = d.scope.place(operand.name, d.st.scope);
  return place && place->space == Space::kParam;
}

Handler decode_param(Decoder& d, const Operand& where, Type type, Shape shape, uint32_t bits) {
  const bool of_kernel = d.scope.function.is_kernel && !d.scope.local(where.name, d.st.scope);
  if (!of_kernel) return for_type<&locate_frame_param>(shape, type, bits);
  if (shape != Shape::kLoad && shape != Shape::kLoadVector)
    d.refuse("a store to a kernel parameter");
  if (uint64_t(d.inst.imm) + uint64_t(d.inst.count) * bytes_of(type) > d.scope.function.param_bytes)
    d.refuse("a load past the kernel's parameters");
  return param_handler(type, bits);
}

}  // namespace

Handler decode_memory(Decoder& d) {
  d.inst.pipe = Pipe::kLoadStore;
  const Type type = d.last_type();
  const bool is_store = d.st.opcode == "st";
  const Operand& where = d.operand(is_store ? 0 : 1);
  const Operand& value = d.operand(is_store ? 1 : 0);
  const std::optional<Space> symbol = d.address(where);
  uint32_t bits = 0;
  std::vector<Slot> slots = value_slots(d, value, type, !is_store, bits);
  const bool is_vector = slots.size() > 1;
  if (slots.empty() || (slots.size() & (slots.size() - 1)) != 0)
    d.refuse("a vector of this length");
  d.inst.count = uint8_t(slots.size());
  (is_store ? d.inst.b : d.inst.d) = slots[0];
  d.keep(std::move(slots));
  const Shape shape = is_store ? (is_vector ? Shape::kStoreVector : Shape::kStore)
                               : (is_vector ? Shape::kLoadVector : Shape::kLoad);
  switch (space_of(d)) {
    case Space::kShared:
      return for_type<&locate_shared>(shape, type, bits);
    case Space::kLocal:
      return for_type<&locate_local>(shape, type, bits);
    case Space::kGlobal:
    case Space::kConst:
      return for_type<&locate_global>(shape, type, bits);
    case Space::kParam:
      if (is_frame_param(d, where)) return decode_param(d, where, type, shape, bits);
      return for_type<&locate_generic>(shape, type, bits);
    case Space::kGeneric:
      // A symbol under a generic access has the address of its own space.
      if (symbol == Space::kShared) return for_type<&locate_shared>(shape, type, bits);
      if (symbol == Space::kLocal) return for_type<&locate_local>(shape, type, bits);
      return for_type<&locate_generic>(shape, type, bits);
  }
  return nullptr;
}

}  // namespace cudal1::sim
