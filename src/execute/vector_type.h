// CUDA's short vectors (float4, int2, …): host code holds them as lists of their components.
#pragma once

#include <optional>
#include <string>

#include "cudal1/execute/type.h"

namespace cudal1::execute {

struct VectorType {
  Num component = Num::kF32;
  int count = 0;
  uint32_t alignment() const;  // bytes, as the device ABI wants it
};
std::optional<VectorType> vector_type_named(const std::string& name);
// "y" → 1; empty for what is no component.
std::optional<size_t> component_index(const std::string& field);

}  // namespace cudal1::execute
