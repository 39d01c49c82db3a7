// bra, brx, ret, exit, trap.
#include <bit>
#include <string_view>
#include <utility>
#include <vector>

#include "barriers.h"
#include "decode.h"
#include "groups.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

void branch(Warp& warp, const Inst& in, uint32_t mask) {
  if (mask == warp.active) {
    // A backward jump may pass over groups that are ahead; stop_pc stays right.
    warp.pc = in.target;
    return;
  }
  ++warp.launch->divergent_branches;
  Frame& frame = warp.frame();
  const uint32_t rest = warp.active & ~mask, next = warp.pc;
  // The group with the smaller pc goes first.
  if (in.target < next) {
    add_group(frame, {next, rest});
    warp.pc = in.target;
    warp.active = mask;
  } else {
    add_group(frame, {in.target, mask});
    warp.active = rest;
  }
  update_stop(warp);
}

void branch_indexed(Warp& warp, const Inst& in, uint32_t mask) {
  const auto& table = *static_cast<const std::vector<uint32_t>*>(in.extra);
  const uint32_t* index = warp.lanes<uint32_t>(in.a);
  Frame& frame = warp.frame();
  leave_rest(warp, mask);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    if (index[l] >= table.size())
      fail(FaultKind::kOutOfBounds, l, "brx.idx past the end of its table");
    add_group(frame, {table[index[l]], 1u << l});
  }
  next_group(warp);
}

// Lanes of the warp leave the kernel.
void drop_lanes(Warp& warp, uint32_t mask) {
  warp.alive &= ~mask;
  warp.active &= ~mask;
  for (size_t depth = 0; depth < warp.depth; ++depth) warp.frames[depth]->entered &= ~mask;
  warp.block->exited += uint32_t(std::popcount(mask));
  settle_barriers(warp);
}

void go_on(Warp& warp) {
  if (warp.active == 0 && !next_group(warp)) warp.yield = true;
}

void ret(Warp& warp, const Inst&, uint32_t mask) {
  if (warp.depth == 1)
    drop_lanes(warp, mask);
  else
    warp.active &= ~mask;
  go_on(warp);
}

void exit_thread(Warp& warp, const Inst&, uint32_t mask) {
  drop_lanes(warp, mask);
  go_on(warp);
}

void trap(Warp&, const Inst&, uint32_t mask) {
  fail(FaultKind::kTrap, std::countr_zero(mask), "the kernel executed a trap");
}

void nop(Warp&, const Inst&, uint32_t) {}

Handler decode_indexed(Decoder& d) {
  const auto& all = d.scope.function.parsed.branch_targets;
  const auto targets = all.find(d.operand(1).name);
  if (targets == all.end()) d.refuse("its table of targets is missing");
  std::vector<uint32_t> table;
  for (std::string_view name : targets->second) table.push_back(d.scope.label(name, d.st.scope));
  d.scope.function.tables.push_back(std::move(table));
  d.inst.a = d.in(0, Type::kU32);
  d.inst.extra = &d.scope.function.tables.back();
  return &branch_indexed;
}

}  // namespace

Handler decode_branch(Decoder& d) {
  d.inst.pipe = Pipe::kControl;
  const auto op = d.st.opcode;
  if (op == "bra") {
    d.inst.target = d.scope.label(d.operand(0).name, d.st.scope);
    return &branch;
  }
  if (op == "brx") return decode_indexed(d);
  if (op == "ret") return &ret;
  if (op == "exit") return &exit_thread;
  if (op == "pmevent") return &nop;
  return &trap;
}

}  // namespace cudal1::sim
