// Where variables and parameters lie in their spaces.
#pragma once

#include <cstdint>

#include "program.h"

namespace cudal1::sim {

inline uint32_t align_up(uint64_t value, uint64_t align) {
  return uint32_t((value + align - 1) / align * align);
}

// Sets the offsets of the module's and its functions' variables, and the sizes of frames.
void lay_out(Module::Impl& module);

}  // namespace cudal1::sim
