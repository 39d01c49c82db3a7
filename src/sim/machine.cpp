#include "cudal1/sim/machine.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "control.h"
#include "counters.h"
#include "lanes.h"
#include "occupancy.h"
#include "regions.h"
#include "shadow.h"
#include "tally.h"

namespace cudal1::sim {
namespace {

constexpr uint32_t kMaxShared = 227 * 1024;  // per block on sm_90, with opt-in
// Of sm_90: SMs of the largest part, and their memory for L1 and shared together.
constexpr uint64_t kSms = 132, kUnifiedBytes = 256 * 1024, kSharedPerSm = 228 * 1024;
constexpr uint64_t kSharedReserved = 1024;     // per block, by the system
constexpr uint32_t kStackBytes = 16 * 1024;    // per thread, for device functions that are called
constexpr uint64_t kCheckInterval = 1u << 21;  // lane instructions between looks at the clock
constexpr uint32_t kSlice =
    1u << 14;  // instructions before other warps get a turn: threads may spin
constexpr auto kPoison =
    std::byte{0xff};  // shared memory starts as NaNs, so that a missing store shows

std::string triple(Dim3 d) {
  return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")";
}

Fault bad_launch(const Launch& launch, const std::string& why) {
  return {FaultKind::kBadLaunch,
          "kernel " + std::string(launch.kernel) + " cannot be launched: " + why, "", 0};
}

std::optional<Fault> check_launch(const Module::Impl& module, const Launch& launch) {
  const Function* kernel = module.kernel(launch.kernel);
  if (!kernel) return bad_launch(launch, "the module has no kernel of that name");
  const Dim3 g = launch.grid, b = launch.block;
  if (g.count() == 0 || b.count() == 0)
    return bad_launch(launch, "grid " + triple(g) + " or block " + triple(b) + " has a zero");
  if (g.x > 0x7fffffffu || g.y > 65535 || g.z > 65535)
    return bad_launch(launch, "grid " + triple(g) + " is over (2147483647,65535,65535)");
  if (b.x > 1024 || b.y > 1024 || b.z > 64 || b.count() > 1024)
    return bad_launch(launch, "block " + triple(b) + " is over 1024 threads or (1024,1024,64)");
  const uint32_t limit = kernel->parsed.max_threads;
  if (limit != 0 && b.count() > limit)
    return bad_launch(launch, "block " + triple(b) + " has " + std::to_string(b.count()) +
                                  " threads, more than the kernel's launch bound of " +
                                  std::to_string(limit));
  const uint64_t shared = uint64_t(kernel->shared_bytes) + launch.dynamic_shared;
  if (shared > kMaxShared)
    return bad_launch(launch, std::to_string(shared) +
                                  " bytes of shared memory per block are over " +
                                  std::to_string(kMaxShared));
  if (launch.params.size() != kernel->param_bytes)
    return bad_launch(launch, "its parameters take " + std::to_string(kernel->param_bytes) +
                                  " bytes, given were " + std::to_string(launch.params.size()));
  return std::nullopt;
}

bool calls_functions(const Function& function) {
  return std::any_of(function.code.begin(), function.code.end(),
                     [](const Inst& inst) { return inst.is_call; });
}

// Runs the blocks of one launch.
class Runner {
 public:
  Runner(const Module::Impl& module, const Memory& memory, const Launch& launch,
         const RunOptions& options)
      : regions_(memory, module, launch.params), counter_(state_.extra) {
    state_.module = &module;
    state_.kernel = module.kernel(launch.kernel);
    state_.launch = &launch;
    state_.options = &options;
    state_.regions = &regions_;
    state_.rng = Rng(options.seed);
    if (options.count) state_.counter = &counter_;
    dynamic_base_ = (state_.kernel->shared_bytes + 15) / 16 * 16;
    const uint32_t shared =
        launch.dynamic_shared ? dynamic_base_ + launch.dynamic_shared : state_.kernel->shared_bytes;
    block_.shared.assign(shared, kPoison);
    if (options.find_races) state_.shadow = &shadow_.emplace(shared);
    if (options.find_uninitialised) {
      state_.shared_written_storage.resize(shared);
      state_.shared_written = &state_.shared_written_storage;
    }
    counter_.set_l1_bytes(l1_share());
    schedule_check();
    make_warps();
  }

  LaunchResult run() {
    const Dim3 grid = state_.launch->grid;
    LaunchResult result;
    result.blocks_total = grid.count();
    const uint64_t limit = state_.options->max_blocks;
    const uint64_t count = limit == 0 ? result.blocks_total : std::min(limit, result.blocks_total);
    for (uint64_t i = 0; i < count && !result.fault; ++i) {
      // A spread sample with the first and the last block.
      const uint64_t linear =
          count == 1 ? 0
                     : uint64_t((unsigned __int128)(i) * (result.blocks_total - 1) / (count - 1));
      block_.index = {uint32_t(linear % grid.x), uint32_t(linear / grid.x % grid.y),
                      uint32_t(linear / grid.x / grid.y)};
      result.fault = run_block();
      ++result.blocks_run;
    }
    result.counts = total_counts(state_);
    result.counts.blocks = result.blocks_run;
    result.registers = state_.kernel->register_estimate;
    result.counts.warps = result.blocks_run * block_.warps.size();
    return result;
  }

 private:
  // Blocks that run on an SM at once share its L1, which is what shared memory leaves of 256 KB.
  uint64_t l1_share() const {
    GpuSpec gpu;
    gpu.shared_per_sm = kSharedPerSm, gpu.shared_per_block_optin = kMaxShared;
    const KernelResources resources{state_.kernel->register_estimate, block_.shared.size()};
    const uint64_t fit =
        std::max(1u, occupancy(gpu, state_.launch->block, resources).blocks_per_sm);
    const uint64_t given = (state_.launch->grid.count() + kSms - 1) / kSms;
    const uint64_t resident = std::min(fit, given);
    const uint64_t shared =
        std::min(kSharedPerSm, resident * (block_.shared.size() + kSharedReserved));
    return (kUnifiedBytes - shared) / resident;
  }

  void schedule_check() {
    state_.next_check = state_.lane_instructions + kCheckInterval;
    const uint64_t limit = state_.options->max_lane_instructions;
    if (limit != 0)
      state_.next_check =
          std::min(state_.next_check, std::max(limit, state_.lane_instructions + 1));
  }

  void make_warps() {
    const Dim3 b = state_.launch->block;
    block_.threads = uint32_t(b.count());
    block_.warps = std::vector<Warp>((block_.threads + kLanes - 1) / kLanes);
    for (uint32_t index = 0; index < block_.warps.size(); ++index) {
      Warp& warp = block_.warps[index];
      warp.index = index;
      warp.block = &block_;
      warp.launch = &state_;
      warp.specials.resize(kSpecialUnits);
      warp.bases[kPool] =
          const_cast<std::byte*>(reinterpret_cast<const std::byte*>(state_.module->pool.data()));
      warp.bases[kSpecial] = warp.specials.data()->bytes;
      warp.local_stride =
          state_.kernel->local_bytes + (calls_functions(*state_.kernel) ? kStackBytes : 0);
      warp.local.resize(size_t(warp.local_stride) * kLanes, kPoison);
      if (state_.options->find_uninitialised) warp.local_written.resize(warp.local.size());
      fill_specials(warp);
    }
  }

  static void fill(Warp& warp, uint32_t unit, uint32_t value) {
    std::fill_n(warp.lanes<uint32_t>(make_slot(kSpecial, unit)), kLanes, value);
  }

  void fill_specials(Warp& warp) {
    const Dim3 b = state_.launch->block, g = state_.launch->grid;
    const auto at = [&](uint32_t unit) { return warp.lanes<uint32_t>(make_slot(kSpecial, unit)); };
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      const uint32_t thread = warp.index * kLanes + lane;
      at(kTidX)[lane] = thread % b.x;
      at(kTidY)[lane] = thread / b.x % b.y;
      at(kTidZ)[lane] = thread / b.x / b.y;
      at(kLaneId)[lane] = lane;
      at(kLaneEq)[lane] = 1u << lane;
      at(kLaneLt)[lane] = (1u << lane) - 1;
      at(kLaneLe)[lane] = (2u << lane) - 1;
      at(kLaneGt)[lane] = ~((2u << lane) - 1);
      at(kLaneGe)[lane] = ~((1u << lane) - 1);
    }
    fill(warp, kNtidX, b.x), fill(warp, kNtidY, b.y), fill(warp, kNtidZ, b.z);
    fill(warp, kNctaX, g.x), fill(warp, kNctaY, g.y), fill(warp, kNctaZ, g.z);
    fill(warp, kWarpId, warp.index);
    fill(warp, kNwarpId, 64), fill(warp, kNsmId, 132), fill(warp, kOne, 1);
    fill(warp, kDynamicShared, state_.launch->dynamic_shared);
    fill(warp, kTotalShared, uint32_t(block_.shared.size()));
    fill(warp, kDynamicBase, dynamic_base_);
    std::fill_n(warp.lanes<uint64_t>(make_slot(kSpecial, kParamBase)), kLanes,
                uint64_t(state_.launch->params.data()));
  }

  void start_block() {
    block_.exited = 0;
    block_.barriers = {};
    counter_.start_block();
    if (state_.shadow) state_.shadow->start_block();
    if (state_.shared_written)
      std::fill(state_.shared_written->begin(), state_.shared_written->end(), uint8_t(0));
    for (Warp& warp : block_.warps) {
      const uint32_t threads = std::min<uint32_t>(kLanes, block_.threads - warp.index * kLanes);
      warp.alive = threads == kLanes ? kAllLanes : (1u << threads) - 1;
      warp.waiting = warp.reduced = warp.patience = 0;
      warp.depth = 0;
      warp.local_top = 0;
      warp.path = {};
      std::fill(warp.local_written.begin(), warp.local_written.end(), uint8_t(0));
      fill(warp, kCtaX, block_.index.x), fill(warp, kCtaY, block_.index.y),
          fill(warp, kCtaZ, block_.index.z);
      push_frame(warp, *state_.kernel, warp.alive, nullptr);
    }
  }

  std::optional<Fault> run_block() {
    current_ = &block_.warps[0];
    try {
      start_block();
      std::vector<size_t> order(block_.warps.size());
      std::iota(order.begin(), order.end(), size_t(0));
      while (run_round(order)) {
      }
      end_block();
      return std::nullopt;
    } catch (const LaneFault& fault) {
      return to_fault(fault);
    }
  }

  void end_block() {
    const auto last = std::max_element(
        block_.warps.begin(), block_.warps.end(),
        [](const Warp& a, const Warp& b) { return a.path.weight() < b.path.weight(); });
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
    std::string text = "the block can never go on:";
    for (uint32_t id = 0; id < block_.barriers.size(); ++id) {
      const Barrier& barrier = block_.barriers[id];
      if (barrier.arrived == 0) continue;
      const uint32_t needed = barrier.expected ? barrier.expected : block_.threads - block_.exited;
      text += " " + std::to_string(barrier.arrived) + " of " + std::to_string(needed) +
              " threads wait at barrier " + std::to_string(id) +
              (barrier.source.line ? " (line " + std::to_string(barrier.source.line) + ")" : "") +
              ";";
      if (stuck_.line == 0) stuck_ = barrier.source;
    }
    text.back() = '.';
    fail(FaultKind::kDivergentBarrier, std::countr_zero(warp.alive), text);
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
               " lane instructions is spent");
    if (options.deadline && std::chrono::steady_clock::now() >= *options.deadline)
      fail(FaultKind::kTimeout, lane, "the time limit has passed");
    schedule_check();
  }

  Fault to_fault(const LaneFault& lane_fault) {
    const Warp& warp = *current_;
    const Dim3 b = state_.launch->block;
    SourceLine source = source_line(warp);
    if (lane_fault.kind == FaultKind::kDivergentBarrier && stuck_.line) source = stuck_;
    Fault fault{lane_fault.kind, lane_fault.message, "", source.line, block_.index};
    const auto& files = state_.module->parsed.files;
    if (const auto file = files.find(source.file); file != files.end()) fault.file = file->second;
    const uint32_t thread = warp.index * kLanes + uint32_t(lane_fault.lane);
    fault.thread = {thread % b.x, thread / b.x % b.y, thread / b.x / b.y};
    fault.message += " (kernel " + state_.kernel->name + ", block " + triple(fault.block) +
                     ", thread " + triple(fault.thread);
    if (fault.line) fault.message += ", " + fault.file + ":" + std::to_string(fault.line);
    fault.message += ")";
    return fault;
  }

  LaunchState state_;
  Block block_;
  RegionTable regions_;
  AccessCounter counter_;
  std::optional<SharedShadow> shadow_;
  Warp* current_ = nullptr;
  SourceLine stuck_;
  uint32_t dynamic_base_ = 0;
};

}  // namespace

void fail(FaultKind kind, int lane, std::string message) {
  throw LaneFault{kind, std::move(message), lane};
}

SourceLine source_line(const Warp& warp) {
  const auto line = [](const Function& function, uint32_t pc) {
    const size_t at = pc > 0 ? pc - 1 : 0;
    return function.parsed.body[std::min(at, function.parsed.body.size() - 1)].source;
  };
  const SourceLine innermost = line(*warp.frames[warp.depth - 1]->function, warp.pc);
  SourceLine source = innermost;
  // A function of a header that was called: the call in the kernel's own file says more.
  const uint32_t file = warp.launch->kernel->parsed.body.front().source.file;
  for (size_t depth = warp.depth; depth > 1 && source.file != file; --depth)
    source = line(*warp.frames[depth - 2]->function, warp.frames[depth - 1]->caller.pc);
  return source.file == file ? source : innermost;
}

const RegionView* find_region(const Warp& warp, uint64_t address) {
  return warp.launch->regions->find(address);
}

void run_unsupported(Warp&, const Inst& in, uint32_t mask) {
  fail(FaultKind::kUnsupported, std::countr_zero(mask), *static_cast<const std::string*>(in.extra));
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
