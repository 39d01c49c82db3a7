// One statement on its way to an instruction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scope.h"

namespace cudal1::sim {

// Accessors throw Unsupported when an operand does not fit.
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

 private:
  Slot register_slot(const Operand& operand, uint32_t& bits);
  Slot symbol_slot(const Operand& operand, uint32_t width);
  Scope::Place required_place(const Operand& operand);
};

// Bits of Inst::flags that memory handlers share.
enum AddressFlags : uint32_t { kAddress32 = 1u << 31, kNoBase = 1u << 30 };

}  // namespace cudal1::sim
