// What a compiled module holds besides code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::gpu {

// A __device__ or __constant__ variable: memory that outlives a launch, and that a kernel can use to remember things.
struct ModuleVariable {
  std::string symbol;  // mangled
  uint64_t bytes = 0;
};

// Of a cubin (an ELF file). Constants that the compiler made for itself are not among them. Empty for what is no ELF
// file, is cut off, or contradicts itself.
std::vector<ModuleVariable> variables_of(std::string_view cubin);

}  // namespace cudal1::gpu
