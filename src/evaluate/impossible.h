// Times in which a task's outputs cannot have reached memory.
#pragma once

#include <optional>

#include "bench.h"

namespace cudal1::evaluate {

// Of a device.
struct MemoryLimits {
  double bytes_per_s = 0;  // 0: unknown
  uint64_t l2_bytes = 0;
};

// Nanoseconds that the outputs of `trial` need at least; 0 where they fit into the cache.
double least_ns(const Trial& trial, const MemoryLimits& limits);

// The failure, where the candidate took less and the reference did not. `at` is the position that
// is to blame.
std::optional<Failure> impossible(const Trial& trial, const MemoryLimits& limits,
                                  double reference_ns, double candidate_ns,
                                  const program::SourcePos& at);

}  // namespace cudal1::evaluate
