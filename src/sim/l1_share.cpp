#include "l1_share.h"

#include <algorithm>

#include "launch_check.h"
#include "occupancy.h"

namespace cudal1::sim {
namespace {

// Of sm_90: SMs of the largest part, and their memory for L1 and shared together.
constexpr uint64_t kSms = 132, kUnifiedBytes = 256 * 1024, kSharedPerSm = 228 * 1024;
constexpr uint64_t kSharedReserved = 1024;  // per block, by the system

}  // namespace

// Blocks that run on an SM at once share its L1, which is what shared memory leaves of 256 KB.
uint64_t l1_share(const Launch& launch, const Function& kernel, uint64_t shared_bytes) {
  GpuSpec gpu;
  gpu.shared_per_sm = kSharedPerSm, gpu.shared_per_block_optin = kMaxShared;
  const KernelResources resources{kernel.register_estimate, shared_bytes};
  const uint64_t fit = std::max(1u, occupancy(gpu, launch.block, resources).blocks_per_sm);
  const uint64_t given = (launch.grid.count() + kSms - 1) / kSms;
  const uint64_t resident = std::min(fit, given);
  const uint64_t shared = std::min(kSharedPerSm, resident * (shared_bytes + kSharedReserved));
  return (kUnifiedBytes - shared) / resident;
}

}  // namespace cudal1::sim
