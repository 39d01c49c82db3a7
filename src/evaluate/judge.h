// Judges one candidate on a bench: the spine of every evaluation.
#pragma once

#include <functional>
#include <string>

#include "bench.h"
#include "cudal1/gpu/compile_cache.h"
#include "protocol.h"

namespace cudal1::evaluate {

constexpr double kSetupLimit = 120;  // seconds for inputs and the reference: the user's own program

// What a judge needs from the process around it.
struct Link {
  std::function<void(const Phase&)> phase;                                     // what begins now, and its limit
  std::function<gpu::CompileOutcome(const gpu::CompileRequest&)> compile;
};

// Thrown for a reference that cannot be run; see ReferenceFailed.
struct ReferenceBroken {
  Failure failure;
};

Evaluation judge(Bench& bench, const EvaluateRequest& request, const Link& link);

}  // namespace cudal1::evaluate
