#include "cudal1/sim/machine.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "barriers.h"
#include "block.h"
#include "block_order.h"
#include "counters.h"
#include "dims.h"
#include "fault.h"
#include "groups.h"
#include "l1_share.h"
#include "launch_check.h"
#include "regions.h"
#include "shadow.h"
#include "tally.h"

namespace cudal1::sim {
namespace {

constexpr uint64_t kCheckInterval = 1u << 21;  // lane instructions between looks at the clock
// Instructions before other warps get a turn: threads may spin.
constexpr uint32_t kSlice = 1u << 14;

// Runs the blocks of one launch.
class Runner {
 public:
  Runner(const Module::Impl& module, const Memory& memory, const Launch& launch,
         const RunOptions& options)
      : regions_(memory, module, launch.params),
        counter_(state_.extra),
        order_(launch.grid.count(), options) {
    state_.module = &module;
    state_.kernel = module.kernel(launch.kernel);
    state_.launch = &launch;
    state_.options = &options;
    state_.regions = &regions_;
    state_.rng = Rng(options.seed);
    if (options.count) state_.counter = &counter_;
    make_block(block_, state_);
    const size_t shared = block_.shared.size();
    if (options.find_races) state_.shadow = &shadow_.emplace(shared);
    if (options.find_uninitialised) {
      state_.shared_written_storage.resize(shared);
      state_.shared_written = &state_.shared_written_storage;
    }
    counter_.set_l1_bytes(l1_share(launch, *state_.kernel, shared));
    schedule_check();
  }

  LaunchResult run() {
    LaunchResult result;
    result.blocks_total = order_.total();
    for (uint64_t turn = 0; turn < order_.count() && !result.fault; ++turn) {
      result.fault = run_block(order_.at(turn));
      ++result.blocks_run;
    }
    result.counts = total_counts(state_);
    result.longest = longest_;
    result.counts.blocks = result.blocks_run;
    result.registers = state_.kernel->register_estimate;
    result.counts.warps = result.blocks_run * block_.warps.size();
    for (const uint64_t edge : order_.left_out_edges())
      if (!result.fault) result.fault = run_block(edge);
    result.stored = regions_.stored();
    return result;
  }

 private:
  void schedule_check() {
    state_.next_check = state_.lane_instructions + kCheckInterval;
    const uint64_t limit = state_.options->max_lane_instructions;
    if (limit != 0)
      state_.next_check =
          std::min(state_.next_check, std::max(limit, state_.lane_instructions + 1));
  }

  std::optional<Fault> run_block(uint64_t linear) {
    block_.index = place_in(state_.launch->grid, linear);
    current_ = &block_.warps[0];
    try {
      start_block(block_, state_);
      std::vector<size_t> order(block_.warps.size());
      std::iota(order.begin(), order.end(), size_t(0));
      while (run_round(order)) {
      }
      end_block();
      return std::nullopt;
    } catch (const LaneFault& fault) {
      return report(fault);
    }
  }

  void end_block() {
    const auto last = std::max_element(
        block_.warps.begin(), block_.warps.end(),
        [](const Warp& a, const Warp& b) { return a.path.weight() < b.path.weight(); });
    if (last->path.weight() > longest_.weight()) longest_ = last->path;
    state_.extra.path_cycles += last->path.cycles;
    state_.extra.path_near_rounds += last->path.near_rounds;
    state_.extra.path_far_rounds += last->path.far_rounds;
  }

  // Every warp once, as far as it gets. False when the block is done.
  bool run_round(std::vector<size_t>& order) {
    if (state_.options->schedule == Schedule::kRandom)
      for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[state_.rng.below(i)]);
    bool progress = false;
    for (size_t index : order) {
      Warp& warp = block_.warps[index];
      if (warp.alive == 0 || (warp.active == 0 && !next_group(warp))) continue;
      progress = true;
      current_ = &warp;
      run_warp(warp);
    }
    if (progress) return true;
    for (Warp& warp : block_.warps)
      if (warp.alive && give_up_waiting(warp)) progress = true;
    if (progress) return true;
    for (Warp& warp : block_.warps)
      if (warp.alive) report_stuck(warp);
    return false;
  }

  [[noreturn]] void report_stuck(Warp& warp) {
    current_ = &warp;
    const Standstill standstill = standstill_of(block_);
    stuck_ = standstill.source;
    fail(FaultKind::kDivergentBarrier, std::countr_zero(warp.alive), standstill.text);
  }

  void run_warp(Warp& warp) {
    warp.yield = false;
    for (uint32_t left = kSlice; !warp.yield; --left) {
      if (__builtin_expect(left == 0, 0)) return rotate_group(warp);
      if (__builtin_expect(warp.pc >= warp.stop_pc, 0)) reconverge(warp);
      const Inst& in = warp.code[warp.pc];
      uint32_t mask = warp.active;
      if (in.guard != kNoSlot) {
        const uint32_t guard = warp.predicate(in.guard);
        mask &= in.guard_negated ? ~guard : guard;
      }
      const auto lanes = uint64_t(std::popcount(mask));
      ++warp.warp_tally[warp.pc];
      warp.lane_tally[warp.pc] += lanes;
      warp.path.cycles += in.cycles;
      ++warp.pc;
      state_.lane_instructions += lanes;
      if (mask) {
        if (__builtin_expect(state_.lane_instructions >= state_.next_check, 0)) check_limits(mask);
        in.run(warp, in, mask);
      }
    }
  }

  void check_limits(uint32_t mask) {
    const RunOptions& options = *state_.options;
    const int lane = std::countr_zero(mask);
    if (options.max_lane_instructions != 0 &&
        state_.lane_instructions >= options.max_lane_instructions)
      fail(FaultKind::kTimeout, lane,
           "the budget of " + std::to_string(options.max_lane_instructions) +
               " lane instructions is spent" + order_advice());
    if (options.deadline && std::chrono::steady_clock::now() >= *options.deadline)
      fail(FaultKind::kTimeout, lane, "the time limit has passed" + order_advice());
    schedule_check();
  }

  // A program that ends where blocks run in order and not where they are shuffled waits for a block
  // with a smaller index. CUDA promises no order, and here one block runs to its end before the
  // next begins.
  std::string order_advice() const {
    if (state_.options->schedule == Schedule::kInOrder || order_.total() == 1) return "";
    return "; the blocks run in a random order: one that waits for another may wait for ever, "
           "unless blocks draw their numbers from a counter as they begin";
  }

  Fault report(const LaneFault& fault) const {
    const bool is_stuck = fault.kind == FaultKind::kDivergentBarrier && stuck_.line;
    return fault_of(fault, *current_, is_stuck ? stuck_ : source_line(*current_));
  }

  LaunchState state_;
  Block block_;
  RegionTable regions_;
  AccessCounter counter_;
  BlockOrder order_;
  std::optional<SharedShadow> shadow_;
  Warp* current_ = nullptr;
  Path longest_;  // of the blocks so far
  SourceLine stuck_;
};

}  // namespace

const RegionView* find_region(const Warp& warp, uint64_t address) {
  return warp.launch->regions->find(address);
}

LaunchResult run(const Module& module, const Memory& memory, const Launch& launch,
                 const RunOptions& options) {
  if (auto fault = check_launch(module.impl(), launch)) {
    LaunchResult result;
    result.blocks_total = launch.grid.count();
    result.fault = std::move(fault);
    return result;
  }
  return Runner(module.impl(), memory, launch, options).run();
}

}  // namespace cudal1::sim
