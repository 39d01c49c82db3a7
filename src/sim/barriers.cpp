#include "barriers.h"

#include "lanes.h"
#include "shadow.h"

namespace cudal1::sim {
namespace {

// The lanes of the warp blocked at `barrier` go on.
void release(Warp& warp, uint32_t barrier) {
  for (size_t depth = 0; depth < warp.depth; ++depth)
    for (Group& group : warp.frames[depth]->others)
      if (group.wait == Wait::kBarrier && group.barrier == barrier) {
        group.wait = Wait::kNone;
        warp.waiting &= ~group.mask;
      }
}

// All go on when the last has come.
void join_paths(Block& block, uint32_t warps) {
  Path last;
  for (const Warp& warp : block.warps)
    if (has_lane(warps, int(warp.index)) && warp.path.weight() > last.weight()) last = warp.path;
  for (Warp& warp : block.warps)
    if (has_lane(warps, int(warp.index))) warp.path = last;
}

// Threads that have exited count as arrived where the whole block is expected.
uint32_t needed_threads(const Block& block, const Barrier& barrier) {
  return barrier.expected ? barrier.expected : block.threads - block.exited;
}

}  // namespace

void settle_barriers(Warp& warp) {
  Block& block = *warp.block;
  for (uint32_t id = 0; id < block.barriers.size(); ++id) {
    Barrier& barrier = block.barriers[id];
    if (barrier.arrived == 0) continue;
    if (barrier.arrived < needed_threads(block, barrier)) continue;
    for (Warp& other : block.warps) release(other, id);
    if (warp.launch->shadow) warp.launch->shadow->join(barrier.warps);
    join_paths(block, barrier.warps);
    barrier.last_count = barrier.count_true;
    barrier.last_total = barrier.arrived;
    barrier.arrived = barrier.warps = barrier.count_true = barrier.expected = 0;
  }
}

Standstill standstill_of(const Block& block) {
  Standstill found{"the block can never go on:", {}};
  for (uint32_t id = 0; id < block.barriers.size(); ++id) {
    const Barrier& barrier = block.barriers[id];
    if (barrier.arrived == 0) continue;
    found.text += " " + std::to_string(barrier.arrived) + " of " +
                  std::to_string(needed_threads(block, barrier)) + " threads wait at barrier " +
                  std::to_string(id);
    if (barrier.source.line) found.text += " (line " + std::to_string(barrier.source.line) + ")";
    found.text += ";";
    if (found.source.line == 0) found.source = barrier.source;
  }
  found.text.back() = '.';
  return found;
}

}  // namespace cudal1::sim
