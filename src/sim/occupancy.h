// How many blocks of a kernel fit on one SM.
#pragma once

#include "cudal1/sim/predict.h"

namespace cudal1::sim {

struct Occupancy {
  uint32_t blocks_per_sm = 0;  // 0: the kernel does not fit at all
  double fraction = 0;         // warps per SM over the maximum
};

Occupancy occupancy(const GpuSpec& gpu, Dim3 block, const KernelResources& resources);

}  // namespace cudal1::sim
