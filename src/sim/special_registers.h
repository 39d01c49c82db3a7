// The names of special registers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cudal1::sim {

struct SpecialRegister {
  uint32_t unit;  // relative to SlotBase::kSpecial
  uint32_t bits;
};

// "%tid.x"; nothing for a name that the machine does not know.
std::optional<SpecialRegister> special_register(std::string_view name);

}  // namespace cudal1::sim
