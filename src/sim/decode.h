// From parsed statements to instructions with handlers.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "program.h"

namespace cudal1::sim {

// Thrown while decoding; the instruction then fails when it is executed, not before.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Resolves the names that one function's statements use.
class Scope {
 public:
  Scope(Module::Impl& module, Function& function);

  Module::Impl& module;
  Function& function;
  std::vector<uint32_t> register_unit;

  Slot register_slot(int reg) const { return make_slot(kFrame, register_unit[size_t(reg)]); }
  // A slot of the pool that holds `bits` in every lane; `width` in bits: 1, 16, 32 or 64.
  Slot immediate(uint64_t bits, uint32_t width);
  const Variable* local(std::string_view name, uint32_t scope) const;
  // Where a variable or function lies: a slot that holds a base (32 or 64 bits wide) and an offset
  // from it.
  struct Place {
    Slot base;
    uint32_t bits;
    int64_t offset;
    Space space;
  };
  std::optional<Place> place(std::string_view name, uint32_t scope);
  uint32_t label(std::string_view name, uint32_t scope) const;
};

// One statement while it is being decoded. Accessors throw Unsupported when an operand does not
// fit.
class Decoder {
 public:
  Decoder(Scope& scope, const Statement& statement, Inst& inst)
      : scope(scope), st(statement), inst(inst) {}

  Scope& scope;
  const Statement& st;
  Inst& inst;

  bool has(std::string_view modifier) const;
  // The n-th type among the modifiers, from the front.
  Type type(size_t index = 0) const;
  size_t type_count() const;
  Type last_type() const;
  size_t operand_count() const { return st.operands.size(); }
  const Operand& operand(size_t index) const;

  Slot in(size_t index, Type type) { return in(operand(index), type); }
  Slot in(const Operand& operand, Type type);
  Slot out(size_t index, Type type) { return out(operand(index), type); }
  Slot out(const Operand& operand, Type type);
  // A source whatever its width; `bits` receives the width.
  Slot any(const Operand& operand, uint32_t& bits, uint32_t immediate_bits);
  // Sets d = operand 0 and a, b, c from the operands that follow, all of one type.
  void operands(Type result, Type sources);

  Handler pipe(Pipe pipe, Handler handler, int flops = 0) {
    inst.pipe = pipe;
    inst.flops = uint16_t(flops);
    return handler;
  }
  [[noreturn]] void refuse(const std::string& why = "") const;
  const Slot* keep(std::vector<Slot> slots);
  // Sets a, imm and kAddress32 from an address operand; the space of the symbol in it, if there is
  // one.
  std::optional<Space> address(const Operand& operand);
};

// Bits of Inst::flags that memory handlers share.
enum AddressFlags : uint32_t { kAddress32 = 1u << 31, kNoBase = 1u << 30 };

// Each returns the handler for one opcode family; they throw Unsupported for what they do not know.
Handler decode_integer(Decoder& d);
Handler decode_bits(Decoder& d);
Handler decode_float(Decoder& d);
Handler decode_special_function(Decoder& d);
Handler decode_half(Decoder& d);
Handler decode_compare(Decoder& d);
Handler decode_move(Decoder& d);
Handler decode_convert(Decoder& d);
Handler decode_memory(Decoder& d);
Handler decode_async(Decoder& d);
Handler decode_atomic(Decoder& d);
Handler decode_control(Decoder& d);
Handler decode_warp(Decoder& d);
Handler decode_matrix(Decoder& d);

// Lays out variables and parameters, decodes every function.
void decode_module(Module::Impl& module);
void run_unsupported(Warp& warp, const Inst& inst, uint32_t mask);

}  // namespace cudal1::sim
