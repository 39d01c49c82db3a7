// Judges one candidate on a bench: the spine of every evaluation.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bench.h"
#include "cudal1/gpu/compile_cache.h"
#include "protocol.h"

namespace cudal1::evaluate {

constexpr double kSetupLimit = 120;  // seconds for inputs and the reference: the user's own program

// What a judge needs from the process around it.
struct Link {
  std::function<void(const Phase&)> phase;  // what begins now, and its limit
  std::function<gpu::CompileOutcome(const gpu::CompileRequest&)> compile;
};

// Thrown for a reference that cannot be run; see ReferenceFailed.
struct ReferenceBroken {
  Failure failure;
};

// What one evaluation leaves for the next of the same task in the same worker: the trial that is
// only timed and run once more. To make it, the reference runs on inputs() as a whole, which on the
// simulator takes longer than all else. Candidates are told from each other by it; where a result
// is told, the worker is new.
struct Memo {
  std::string task;
  std::optional<Trial> timed;
};

Evaluation judge(Bench& bench, const EvaluateRequest& request, const Link& link, Memo& memo);

}  // namespace cudal1::evaluate
