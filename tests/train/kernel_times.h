// What ran on the GPU, by kernel: for scripts/benchmark_model --profile.
#pragma once

#include <string>
#include <vector>

#include "cudal1/gpu/activity.h"

namespace cudal1 {

// A line per kernel, the most expensive first: how often it ran, its mean time from start to end,
// and what it added to the whole: the time in which it was the one that ended last. Kernels may
// overlap, so only the latter sums up to the whole.
std::string table_of(const std::vector<gpu::Activity>& activities);

}  // namespace cudal1
