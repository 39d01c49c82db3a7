// From per-instruction tallies to the counts of a launch.
#pragma once

#include "cudal1/sim/counts.h"
#include "warp.h"

namespace cudal1::sim {

Counts total_counts(const LaunchState& state);

}  // namespace cudal1::sim
