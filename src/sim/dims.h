// Triples of launch geometry.
#pragma once

#include <cstdint>
#include <string>

#include "cudal1/core/geometry.h"

namespace cudal1::sim {

inline std::string to_text(Dim3 d) {
  return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")";
}

// The place of number `linear` in a box, x running fastest.
inline Dim3 place_in(Dim3 box, uint64_t linear) {
  return {uint32_t(linear % box.x), uint32_t(linear / box.x % box.y),
          uint32_t(linear / box.x / box.y)};
}

}  // namespace cudal1::sim
