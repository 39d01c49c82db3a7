#include "decoder.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "special_registers.h"
#include "warp.h"

namespace cudal1::sim {
namespace {

uint64_t low_bits(uint64_t value, uint32_t width) {
  return width == 64 ? value : value & ((uint64_t(1) << width) - 1);
}

// Integer literals are common where floats are meant only as raw bits; float literals convert
// between widths.
uint64_t immediate_bits(const Operand& operand, uint32_t width) {
  const auto raw = uint64_t(operand.value);
  if (operand.kind == OperandKind::kFloat32 && width == 64)
    return std::bit_cast<uint64_t>(double(std::bit_cast<float>(uint32_t(raw))));
  if (operand.kind == OperandKind::kFloat64 && width == 32)
    return std::bit_cast<uint32_t>(float(std::bit_cast<double>(raw)));
  return low_bits(raw, width);
}

// Of what Decoder::operands() reads: handlers take for granted that all of them are there.
size_t least_operands(std::string_view opcode) {
  constexpr std::string_view kUnary[] = {"neg",   "abs", "not", "cnot", "sqrt", "rcp",
                                         "rsqrt", "ex2", "lg2", "sin",  "cos",  "tanh"};
  constexpr std::string_view kTernary[] = {"mad",  "fma",  "madc", "mad24", "sad", "dp4a",
                                           "dp2a", "prmt", "shf",  "fns",   "lop3"};
  const auto among = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), opcode) != std::end(names);
  };
  return among(kUnary) ? 2 : among(kTernary) ? 4 : 3;
}

}  // namespace

bool Decoder::has(std::string_view modifier) const {
  return std::find(st.modifiers.begin(), st.modifiers.end(), modifier) != st.modifiers.end();
}

Type Decoder::type(size_t index) const {
  for (std::string_view modifier : st.modifiers)
    if (auto type = type_named(modifier); type && index-- == 0) return *type;
  refuse("the type is missing");
}

size_t Decoder::type_count() const {
  return size_t(std::count_if(st.modifiers.begin(), st.modifiers.end(),
                              [](auto m) { return type_named(m).has_value(); }));
}

Type Decoder::last_type() const {
  const size_t count = type_count();
  if (count == 0) refuse("the type is missing");
  return type(count - 1);
}

const Operand& Decoder::operand(size_t index) const {
  if (index >= st.operands.size()) refuse("an operand is missing");
  return st.operands[index];
}

Slot Decoder::in(const Operand& operand, Type type) {
  const uint32_t width = bits_of(type);
  uint32_t bits = width;
  const Slot slot = any(operand, bits, width);
  if (bits != width)
    refuse("operand " + std::string(operand.name) + " has " + std::to_string(bits) + " bits, not " +
           std::to_string(width));
  return slot;
}

Slot Decoder::any(const Operand& operand, uint32_t& bits, uint32_t width) {
  bits = width;
  switch (operand.kind) {
    case OperandKind::kInteger:
    case OperandKind::kFloat32:
    case OperandKind::kFloat64:
      return scope.immediate(immediate_bits(operand, width), width);
    case OperandKind::kRegister:
      return register_slot(operand, bits);
    case OperandKind::kSymbol:
      return symbol_slot(operand, width);
    default:
      refuse("an operand has a form that is not understood");
  }
}

Slot Decoder::register_slot(const Operand& operand, uint32_t& bits) {
  if (operand.reg >= 0) {
    bits = bits_of(scope.function.parsed.registers[size_t(operand.reg)].type);
    return scope.register_slot(operand.reg);
  }
  const auto special = special_register(operand.name);
  if (!special) refuse("unknown register " + std::string(operand.name));
  bits = special->bits;
  return make_slot(kSpecial, special->unit);
}

Slot Decoder::symbol_slot(const Operand& operand, uint32_t width) {
  if (operand.name == "WARP_SZ") return scope.immediate(kLanes, width);
  const Scope::Place place = required_place(operand);
  if (place.base >> 30 != kPool) refuse("this use of " + std::string(operand.name));
  uint64_t value = 0;
  std::copy_n(
      reinterpret_cast<const uint64_t*>(scope.module.pool.data() + (place.base & 0x3fffffff)), 1,
      &value);
  return scope.immediate(low_bits(value + uint64_t(place.offset + operand.value), width), width);
}

Scope::Place Decoder::required_place(const Operand& operand) {
  const auto place = scope.place(operand.name, st.scope);
  if (!place) refuse("unknown name " + std::string(operand.name));
  return *place;
}

Slot Decoder::out(const Operand& operand, Type type) {
  if (operand.kind == OperandKind::kSink) return make_slot(kSpecial, kSinkUnit);
  if (operand.kind != OperandKind::kRegister || operand.reg < 0)
    refuse("the destination is not a register");
  if (bits_of(scope.function.parsed.registers[size_t(operand.reg)].type) != bits_of(type))
    refuse("the destination " + std::string(operand.name) + " does not have " +
           std::to_string(bits_of(type)) + " bits");
  return scope.register_slot(operand.reg);
}

void Decoder::operands(Type result, Type sources) {
  if (operand_count() < least_operands(st.opcode)) refuse("an operand is missing");
  inst.d = out(0, result);
  if (operand_count() > 1) inst.a = in(1, sources);
  if (operand_count() > 2) inst.b = in(2, sources);
  if (operand_count() > 3) inst.c = in(3, sources);
}

void Decoder::refuse(const std::string& why) const {
  throw Unsupported(std::string(st.text) + " is not supported" + (why.empty() ? "" : ": " + why));
}

const Slot* Decoder::keep(std::vector<Slot> slots) {
  inst.list_size = uint32_t(slots.size());
  scope.function.lists.push_back(std::move(slots));
  return inst.list = scope.function.lists.back().data();
}

std::optional<Space> Decoder::address(const Operand& operand) {
  if (operand.kind != OperandKind::kAddress) refuse("an address is missing");
  inst.imm = operand.value;
  if (operand.reg >= 0) {
    uint32_t bits = 64;
    Operand base = operand;
    base.kind = OperandKind::kRegister;
    inst.a = any(base, bits, 64);
    if (bits != 64 && bits != 32)
      refuse("an address register has " + std::to_string(bits) + " bits");
    if (bits == 32) inst.flags |= kAddress32;
    return std::nullopt;
  }
  if (operand.name.empty()) {
    inst.a = scope.immediate(0, 64);
    return std::nullopt;
  }
  const Scope::Place place = required_place(operand);
  inst.a = place.base;
  inst.imm += place.offset;
  if (place.bits == 32) inst.flags |= kAddress32;
  return place.space;
}

}  // namespace cudal1::sim
