// Reference and candidate timed against each other on a GPU: the same addresses for both, other
// contents for every block, and nothing left of any earlier run that either could live on.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bench.h"
#include "cuda_timer.h"
#include "cudal1/core/rng.h"
#include "cudal1/execute/cuda_device.h"
#include "cudal1/execute/cuda_memory.h"
#include "cudal1/gpu/graph.h"
#include "cudal1/gpu/shared_poison.h"
#include "cudal1/gpu/stream.h"
#include "cudal1/measure/two_clocks.h"

namespace cudal1::evaluate {

// What a duel is fought with; all of it the bench's.
struct Arena {
  const Bench& bench;
  const gpu::Context& context;
  execute::CudaMemory& memory;
  execute::CudaDevice& device;
  const gpu::L2Flush& flush;
  const gpu::SharedPoison& shared;
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
  // `trials`: of one input function and at least one; those of other shapes than the first are left
  // out.
  Duel(const Arena& arena, Runnable& reference, Runnable& candidate,
       std::span<const Trial* const> trials, uint64_t seed);
  ~Duel();  // the tapes' memory goes back to the pool
  Duel(const Duel&) = delete;

  // Both sides run untimed: libraries choose their algorithms, the memory of a run is learned,
  // clocks rise.
  bool rehearse();
  // Timed runs in this order, ns each. Empty when one failed (see failure()) or the clock lost
  // records. At moments that the seed decides the candidate's outputs are looked at.
  measure::BlockTimes time(const std::vector<measure::Side>& order);
  // The same, but whichever side is asked for, it is the reference that runs.
  measure::BlockTimes time_reference(const std::vector<measure::Side>& order) {
    return time(std::vector<measure::Side>(order.size(), measure::Side::kReference));
  }
  // A few more runs by both clocks. Nothing where runs cannot be queued whole: then the host's
  // speed is between the events.
  std::optional<measure::TwoClocks> two_clocks(measure::Side side);
  // One more run of the candidate, timed like all others, and its outputs.
  bool inspect();
  // Of the candidate, wall clock and replay of the run captured as one graph (0 where it cannot
  // be), ns per call.
  double wall_ns(measure::Side side);
  double graph_ns(measure::Side side);
  // The run as one graph, where it can be captured.
  std::optional<gpu::Graph> captured(measure::Side side);
  // Calls one after the other, or replays of `graph`, and waits for them. False when one failed.
  bool call(measure::Side side, const std::optional<gpu::Graph>& graph, uint64_t calls);
  // Of the calls, which nobody reads.
  void forget_records() { arena_.timer.forget(); }

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
