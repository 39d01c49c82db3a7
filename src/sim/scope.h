// What the names in one function's statements stand for.
#pragma once

#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "program.h"

namespace cudal1::sim {

// Thrown while decoding; the instruction then fails when it is executed, not before.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

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

 private:
  Place constant(uint64_t address, Space space) { return {immediate(address, 64), 64, 0, space}; }
  Place place_of_local(const Variable& variable);
  std::optional<Place> place_of_global(const Variable& variable);
};

}  // namespace cudal1::sim
