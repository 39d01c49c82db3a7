// How much of an SM's L1 a block has to itself.
#pragma once

#include <cstdint>

#include "cudal1/sim/machine.h"
#include "program.h"

namespace cudal1::sim {

// In bytes, for blocks that take `shared_bytes` of shared memory each.
uint64_t l1_share(const Launch& launch, const Function& kernel, uint64_t shared_bytes);

}  // namespace cudal1::sim
