#include "impossible.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace cudal1::evaluate {
namespace {

constexpr double kShare = 0.9;  // of what the limits say: they are no exact figures

}  // namespace

// Outputs must reach memory; only what fits into the L2 cache may still be on its way when the run
// ends. Faster than that is no speed but work that was not done, or done where the clock does not
// look.
double least_ns(const Trial& trial, const MemoryLimits& limits) {
  uint64_t bytes = 0;
  for (const Expected& output : trial.expected) bytes += output.value.nbytes();
  bytes -= std::min(bytes, limits.l2_bytes);
  if (limits.bytes_per_s <= 0) return 0;
  return kShare * double(bytes) / limits.bytes_per_s * 1e9;
}

// What takes the reference no longer either may be an expanded tensor.
std::optional<Failure> impossible(const Trial& trial, const MemoryLimits& limits,
                                  double reference_ns, double candidate_ns,
                                  const program::SourcePos& at) {
  const double least = least_ns(trial, limits);
  if (candidate_ns >= least || reference_ns < least) return std::nullopt;
  return Failure{"impossible_speed",
                 "its time is " + std::to_string(int64_t(candidate_ns)) +
                     " ns, but its outputs alone need " + std::to_string(int64_t(least)) +
                     " ns to reach memory",
                 at};
}

}  // namespace cudal1::evaluate
