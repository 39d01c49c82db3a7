#include "groups.h"

#include <algorithm>
#include <limits>

#include "frames.h"

namespace cudal1::sim {

void update_stop(Warp& warp) {
  uint32_t stop = std::numeric_limits<uint32_t>::max();
  for (const Group& group : warp.frame().others)
    if (group.wait != Wait::kBarrier) stop = std::min(stop, group.pc);
  warp.stop_pc = stop;
}

void add_group(Frame& frame, Group group) {
  for (Group& other : frame.others) {
    if (other.pc == group.pc && other.wait != Wait::kBarrier && group.wait != Wait::kBarrier) {
      other.mask |= group.mask;
      other.wait = Wait::kNone;
      return;
    }
  }
  frame.others.push_back(group);
}

void leave_rest(Warp& warp, uint32_t mask) {
  const uint32_t rest = warp.active & ~mask;
  if (rest) add_group(warp.frame(), {warp.pc, rest});
}

bool next_group(Warp& warp) {
  for (;;) {
    Frame& frame = warp.frame();
    auto& others = frame.others;
    auto best = others.end();
    for (auto it = others.begin(); it != others.end(); ++it)
      if (it->wait == Wait::kNone && (best == others.end() || it->pc < best->pc)) best = it;
    if (best != others.end()) {
      warp.pc = best->pc;
      warp.active = best->mask;
      warp.forced = best->forced;
      others.erase(best);
      update_stop(warp);
      return true;
    }
    warp.active = 0;
    if (!others.empty() || warp.depth == 1) return false;
    pop_frame(warp);
    if (warp.active) return true;
  }
}

void reconverge(Warp& warp) {
  auto& others = warp.frame().others;
  for (size_t i = 0; i < others.size();) {
    if (others[i].pc == warp.pc && others[i].wait != Wait::kBarrier) {
      warp.active |= others[i].mask;
      others.erase(others.begin() + std::ptrdiff_t(i));
    } else {
      ++i;
    }
  }
  update_stop(warp);
  if (warp.pc <= warp.stop_pc) return;
  if (warp.patience > 0) {
    --warp.patience;
    return;
  }
  // Another group is behind: it runs first. One that waits for this group does not.
  const bool can_run = std::any_of(others.begin(), others.end(), [&](const Group& g) {
    return g.wait == Wait::kNone && g.pc < warp.pc;
  });
  if (!can_run) return;
  add_group(warp.frame(), {warp.pc, warp.active});
  next_group(warp);
}

void rotate_group(Warp& warp) {
  constexpr uint32_t kPatience = 4096;
  auto& others = warp.frame().others;
  // The group farthest ahead is the likeliest to hold what the running one waits for.
  auto best = others.end();
  for (auto it = others.begin(); it != others.end(); ++it)
    if (it->wait == Wait::kNone && (best == others.end() || it->pc > best->pc)) best = it;
  if (best == others.end()) return;
  const Group next = *best;
  *best = {warp.pc, warp.active};
  warp.pc = next.pc;
  warp.active = next.mask;
  warp.patience = kPatience;
  update_stop(warp);
}

bool gather_lanes(Warp& warp, uint32_t mask, uint32_t wanted) {
  const uint32_t missing = wanted & warp.alive & ~mask;
  if (missing == 0 || warp.forced) {
    warp.forced = false;
    return true;
  }
  Frame& frame = warp.frame();
  uint32_t can_come = 0;
  for (const Group& group : frame.others)
    if (group.wait == Wait::kNone) can_come |= group.mask;
  if ((missing & can_come) == 0) return true;
  leave_rest(warp, mask);
  frame.others.push_back({warp.pc - 1, mask, Wait::kWarpSync});
  warp.active = 0;
  if (!next_group(warp)) warp.yield = true;
  return false;
}

bool give_up_waiting(Warp& warp) {
  bool any = false;
  for (Group& group : warp.frame().others) {
    if (group.wait != Wait::kWarpSync) continue;
    group.wait = Wait::kNone;
    group.forced = true;
    any = true;
  }
  return any;
}

}  // namespace cudal1::sim
