#include "occupancy.h"

#include <algorithm>

namespace cudal1::sim {
namespace {

// Allocation units of compute capability 9.0 (CUDA occupancy calculator): registers by 256 per
// warp, shared memory by 128 bytes, of which the system takes 1 KB per block.
constexpr uint64_t kRegisterUnit = 256, kSharedUnit = 128, kSharedReserved = 1024;

uint64_t round_up(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

Occupancy occupancy(const GpuSpec& gpu, Dim3 block, const KernelResources& resources) {
  const uint64_t warps = (block.count() + 31) / 32;
  if (warps == 0 || block.count() > gpu.max_threads_per_block ||
      resources.shared_bytes > gpu.shared_per_block_optin)
    return {};
  const uint64_t registers =
      round_up(uint64_t(std::max(1u, resources.registers)) * 32, kRegisterUnit);
  // Warps go to the SM's four partitions, each with a quarter of the registers.
  const uint64_t warps_by_registers = gpu.registers_per_sm / 4 / registers * 4;
  const uint64_t shared = round_up(resources.shared_bytes, kSharedUnit) + kSharedReserved;
  const uint64_t blocks = std::min({uint64_t(gpu.max_blocks_per_sm), gpu.max_warps_per_sm / warps,
                                    warps_by_registers / warps, gpu.shared_per_sm / shared});
  return {uint32_t(blocks), double(blocks * warps) / gpu.max_warps_per_sm};
}

}  // namespace cudal1::sim
