#include "block.h"

#include <algorithm>

#include "counters.h"
#include "dims.h"
#include "frames.h"
#include "lanes.h"
#include "layout.h"
#include "shadow.h"

namespace cudal1::sim {
namespace {

constexpr uint32_t kStackBytes = 16 * 1024;  // per thread, for device functions that are called
// Shared and local memory start as NaNs, so that a missing store shows.
constexpr auto kPoison = std::byte{0xff};

// Dynamic shared memory comes after the static.
uint32_t dynamic_base(const Function& kernel) { return align_up(kernel.shared_bytes, 16); }

uint32_t shared_bytes(const LaunchState& state) {
  const uint32_t dynamic = state.launch->dynamic_shared;
  return dynamic ? dynamic_base(*state.kernel) + dynamic : state.kernel->shared_bytes;
}

bool calls_functions(const Function& function) {
  return std::any_of(function.code.begin(), function.code.end(),
                     [](const Inst& inst) { return inst.is_call; });
}

void fill_thread_specials(Warp& warp) {
  const auto at = [&](uint32_t unit) { return warp.lanes<uint32_t>(make_slot(kSpecial, unit)); };
  for (uint32_t lane = 0; lane < kLanes; ++lane) {
    const Dim3 thread = place_in(warp.launch->launch->block, warp.index * kLanes + lane);
    at(kTidX)[lane] = thread.x, at(kTidY)[lane] = thread.y, at(kTidZ)[lane] = thread.z;
    at(kLaneId)[lane] = lane;
    at(kLaneEq)[lane] = 1u << lane;
    at(kLaneLt)[lane] = (1u << lane) - 1;
    at(kLaneLe)[lane] = (2u << lane) - 1;
    at(kLaneGt)[lane] = ~((2u << lane) - 1);
    at(kLaneGe)[lane] = ~((1u << lane) - 1);
  }
}

void fill_launch_specials(Warp& warp) {
  const LaunchState& state = *warp.launch;
  const Dim3 b = state.launch->block, g = state.launch->grid;
  const auto fill = [&](Special unit, uint32_t value) { fill_special(warp, unit, value); };
  fill(kNtidX, b.x), fill(kNtidY, b.y), fill(kNtidZ, b.z);
  fill(kNctaX, g.x), fill(kNctaY, g.y), fill(kNctaZ, g.z);
  fill(kWarpId, warp.index);
  fill(kNwarpId, 64), fill(kNsmId, 132), fill(kOne, 1);
  fill(kDynamicShared, state.launch->dynamic_shared);
  fill(kTotalShared, uint32_t(warp.block->shared.size()));
  fill(kDynamicBase, dynamic_base(*state.kernel));
  std::fill_n(warp.lanes<uint64_t>(make_slot(kSpecial, kParamBase)), kLanes,
              uint64_t(state.launch->params.data()));
}

void make_warp(Warp& warp, Block& block, LaunchState& state) {
  warp.block = &block;
  warp.launch = &state;
  warp.specials.resize(kSpecialUnits);
  warp.bases[kPool] =
      const_cast<std::byte*>(reinterpret_cast<const std::byte*>(state.module->pool.data()));
  warp.bases[kSpecial] = warp.specials.data()->bytes;
  warp.local_stride =
      state.kernel->local_bytes + (calls_functions(*state.kernel) ? kStackBytes : 0);
  warp.local.resize(size_t(warp.local_stride) * kLanes, kPoison);
  if (state.options->find_uninitialised) warp.local_written.resize(warp.local.size());
  fill_thread_specials(warp);
  fill_launch_specials(warp);
}

void start_warp(Warp& warp, Dim3 block, uint32_t threads) {
  warp.alive = threads >= kLanes ? kAllLanes : (1u << threads) - 1;
  warp.waiting = warp.reduced = warp.patience = 0;
  warp.depth = 0;
  warp.local_top = 0;
  warp.path = {};
  std::fill(warp.local_written.begin(), warp.local_written.end(), uint8_t(0));
  fill_special(warp, kCtaX, block.x);
  fill_special(warp, kCtaY, block.y);
  fill_special(warp, kCtaZ, block.z);
  push_frame(warp, *warp.launch->kernel, warp.alive, nullptr);
}

}  // namespace

void make_block(Block& block, LaunchState& state) {
  block.shared.assign(shared_bytes(state), kPoison);
  block.threads = uint32_t(state.launch->block.count());
  block.warps = std::vector<Warp>((block.threads + kLanes - 1) / kLanes);
  for (uint32_t index = 0; index < block.warps.size(); ++index) {
    block.warps[index].index = index;
    make_warp(block.warps[index], block, state);
  }
}

void start_block(Block& block, LaunchState& state) {
  block.exited = 0;
  block.barriers = {};
  state.copies.start_block();
  if (state.counter) state.counter->start_block();
  if (state.shadow) state.shadow->start_block();
  if (state.shared_written)
    std::fill(state.shared_written->begin(), state.shared_written->end(), uint8_t(0));
  for (Warp& warp : block.warps) start_warp(warp, block.index, block.threads - warp.index * kLanes);
}

}  // namespace cudal1::sim
