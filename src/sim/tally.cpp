#include "tally.h"

#include "regions.h"

namespace cudal1::sim {
namespace {

uint64_t& pipe_counter(Counts& counts, Pipe pipe) {
  switch (pipe) {
    case Pipe::kFp32:
      return counts.fp32;
    case Pipe::kFp64:
      return counts.fp64;
    case Pipe::kFp16:
      return counts.fp16;
    case Pipe::kInteger:
      return counts.integer;
    case Pipe::kSfu:
      return counts.sfu;
    case Pipe::kTensor:
      return counts.tensor;
    case Pipe::kLoadStore:
      return counts.load_store;
    case Pipe::kControl:
      return counts.control;
    default:
      return counts.other;
  }
}

}  // namespace

Counts total_counts(const LaunchState& state) {
  Counts counts = state.extra;
  for (const auto& [function, tally] : state.tallies) {
    for (size_t i = 0; i < tally.warps.size(); ++i) {
      const Inst& inst = function->code[i];
      counts.warp_instructions += tally.warps[i];
      counts.issue_slots += tally.warps[i] * inst.slots;
      counts.lane_instructions += tally.lanes[i];
      (inst.pipe == Pipe::kTensor ? counts.tensor_flops : counts.flops) +=
          tally.lanes[i] * inst.flops;
      pipe_counter(counts, inst.pipe) += tally.warps[i];
    }
  }
  counts.barriers = state.barriers;
  counts.divergent_branches = state.divergent_branches;
  counts.unique_load_sectors = state.regions->unique_loads();
  counts.unique_store_sectors = state.regions->unique_stores();
  return counts;
}

}  // namespace cudal1::sim
