// Reference and candidate timed against each other on a GPU: the same addresses for both, other contents for every block,
// and nothing left of any earlier run that either could live on.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bench.h"
#include "cuda_timer.h"
#include "cudal1/core/rng.h"
#include "cudal1/execute/cuda_device.h"
#include "cudal1/execute/cuda_memory.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::evaluate {

// What a duel is fought with; all of it the bench's.
struct Arena {
  const Bench& bench;
  const gpu::Context& context;
  execute::CudaMemory& memory;
  execute::CudaDevice& device;
  const gpu::L2Flush& flush;
  CudaTimer& timer;
};

// One side: a program, the memory of its runs and the outputs of the last one.
struct Contender {
  Runnable& program;
  execute::Tape tape;
  std::vector<at::Tensor> outputs;
  double share_ns = 0, total_ns = 0;  // of its own kernels, of everything, in the last run
};

class Duel {
 public:
  // `trials`: of one input function and at least one; those of other shapes than the first are left out.
  Duel(const Arena& arena, Runnable& reference, Runnable& candidate, std::span<const Trial* const> trials, uint64_t seed);
  ~Duel();  // the tapes' memory goes back to the pool
  Duel(const Duel&) = delete;

  // Both sides run untimed: libraries choose their algorithms, the memory of a run is learned, clocks rise.
  bool rehearse();
  // Timed runs in this order, ns each. Empty when one failed (see failure()) or the clock lost records. At moments that
  // the seed decides the candidate's outputs are looked at.
  std::vector<double> time(const std::vector<measure::Side>& order);
  // One more run of the candidate, timed like all others, and its outputs.
  bool inspect();
  // Of the candidate, wall clock and replay of the run captured as one graph (0 where it cannot be), ns per call.
  double wall_ns(measure::Side side);
  double graph_ns(measure::Side side);

  const std::optional<Failure>& failure() const { return failure_; }
  const Contender& candidate() const { return sides_[1]; }

 private:
  Contender& side(measure::Side which) { return sides_[which == measure::Side::kCandidate]; }
  bool forward(Contender& side);
  bool record(Contender& side, const execute::Tape* lender);
  bool prepare(Contender& side);
  bool run_timed(Contender& side);
  bool check_outputs();
  void fail(Failure failure) { failure_ = std::move(failure); }

  Arena arena_;
  Contender sides_[2];
  std::vector<const Trial*> trials_;
  const Trial* contents_;   // of the current block
  execute::Values inputs_;  // where the contents are put
  Rng rng_;                 // secret: order of contents, number of warm-ups, moments of checks
  std::optional<Failure> failure_;
};

}  // namespace cudal1::evaluate
