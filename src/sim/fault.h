// From what a lane ran into to what the launch reports.
#pragma once

#include "warp.h"

namespace cudal1::sim {

// `source`: where in the CUDA source it happened.
Fault fault_of(const LaneFault& lane_fault, const Warp& warp, SourceLine source);

}  // namespace cudal1::sim
