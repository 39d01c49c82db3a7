#include "control.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "decode.h"
#include "lanes.h"
#include "shadow.h"

namespace cudal1::sim {
namespace {

constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();
constexpr size_t kMaxDepth = 1024;

void update_stop(Warp& warp) {
  uint32_t stop = kNever;
  for (const Group& group : warp.frame().others)
    if (group.wait != Wait::kBarrier) stop = std::min(stop, group.pc);
  warp.stop_pc = stop;
}

// Adds lanes at `pc`, to a group that is there already if possible.
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

void fill_lanes(Warp& warp, uint32_t unit, uint32_t value) {
  std::fill_n(warp.lanes<uint32_t>(make_slot(kSpecial, unit)), kLanes, value);
}

void copy_params(const Frame& from, const std::vector<ParamPlace>& source, Frame& to,
                 const std::vector<ParamPlace>& target, uint32_t lanes) {
  for (size_t i = 0; i < std::min(source.size(), target.size()); ++i)
    for (int l = 0; l < kLanes; ++l)
      if (has_lane(lanes, l))
        std::copy_n(from.params.data() + size_t(l) * from.params_stride + source[i].offset,
                    std::min(source[i].size, target[i].size),
                    to.params.data() + size_t(l) * to.params_stride + target[i].offset);
}

// The top frame has no lanes left: back to the caller, where lanes that returned go on.
void pop_frame(Warp& warp) {
  Frame& callee = warp.frame();
  Frame& caller = *warp.frames[warp.depth - 2];
  const uint32_t back = callee.entered & warp.alive;
  if (callee.call)
    copy_params(callee, callee.function->returns, caller, callee.call->results, back);
  warp.local_top = callee.local_base;
  const Group group{callee.caller.pc, back};
  --warp.depth;
  enter_frame(warp);
  warp.active = group.mask;
  warp.pc = group.pc;
}

}  // namespace

void enter_frame(Warp& warp) {
  Frame& frame = warp.frame();
  warp.bases[kFrame] = frame.registers.data()->bytes;
  LaunchState::Tally& tally = warp.launch->tallies[frame.function];
  if (tally.warps.empty()) {
    tally.warps.resize(frame.function->code.size());
    tally.lanes.resize(frame.function->code.size());
    tally.cache.resize(frame.function->accesses);
  }
  warp.cache = tally.cache.data();
  warp.warp_tally = tally.warps.data();
  warp.lane_tally = tally.lanes.data();
  warp.code = frame.function->code.data();
  fill_lanes(warp, kLocalBase, frame.local_base);
  update_stop(warp);
}

void push_frame(Warp& warp, const Function& function, uint32_t lanes, const CallSite* call) {
  const int lane = std::countr_zero(lanes);
  if (warp.depth >= kMaxDepth)
    fail(FaultKind::kOutOfBounds, lane,
         "stack overflow: calls are nested deeper than " + std::to_string(kMaxDepth));
  if (warp.frames.size() == warp.depth) warp.frames.push_back(std::make_unique<Frame>());
  Frame& frame = *warp.frames[warp.depth++];
  frame.function = &function;
  frame.registers.resize(std::max(1u, function.frame_units));
  frame.params_stride = function.area_bytes;
  frame.params.resize(size_t(frame.params_stride) * kLanes);
  frame.others.clear();
  frame.local_base = warp.local_top;
  frame.call = call;
  frame.entered = lanes;
  if (warp.local_top + function.local_bytes > warp.local_stride)
    fail(FaultKind::kOutOfBounds, lane,
         "stack overflow: " + std::to_string(warp.local_top + function.local_bytes) +
             " bytes of local memory per thread");
  warp.local_top += function.local_bytes;
  if (warp.depth > 1) {
    Frame& caller = *warp.frames[warp.depth - 2];
    frame.caller = {warp.pc, lanes};
    if (call) copy_params(caller, call->args, frame, function.params, lanes);
  }
  enter_frame(warp);
  warp.active = lanes;
  warp.pc = 0;
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

void settle_barriers(Warp& warp) {
  Block& block = *warp.block;
  for (uint32_t id = 0; id < block.barriers.size(); ++id) {
    Barrier& barrier = block.barriers[id];
    if (barrier.arrived == 0) continue;
    // Threads that have exited count as arrived where the whole block is expected.
    const uint32_t needed = barrier.expected ? barrier.expected : block.threads - block.exited;
    if (barrier.arrived < needed) continue;
    for (Warp& other : block.warps) release(other, id);
    if (warp.launch->shadow) warp.launch->shadow->join(barrier.warps);
    join_paths(block, barrier.warps);
    barrier.last_count = barrier.count_true;
    barrier.last_total = barrier.arrived;
    barrier.arrived = barrier.warps = barrier.count_true = barrier.expected = 0;
  }
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

void drop_lanes(Warp& warp, uint32_t mask) {
  warp.alive &= ~mask;
  warp.active &= ~mask;
  for (size_t depth = 0; depth < warp.depth; ++depth) {
    warp.frames[depth]->entered &= ~mask;
  }
  warp.block->exited += uint32_t(std::popcount(mask));
  settle_barriers(warp);
}

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
  const uint32_t rest = warp.active & ~mask;
  if (rest) add_group(frame, {warp.pc, rest});
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    if (index[l] >= table.size())
      fail(FaultKind::kOutOfBounds, l, "brx.idx past the end of its table");
    add_group(frame, {table[index[l]], 1u << l});
  }
  next_group(warp);
}

void ret(Warp& warp, const Inst&, uint32_t mask) {
  if (warp.depth == 1)
    drop_lanes(warp, mask);
  else
    warp.active &= ~mask;
  if (warp.active == 0 && !next_group(warp)) warp.yield = true;
}

void exit_thread(Warp& warp, const Inst&, uint32_t mask) {
  drop_lanes(warp, mask);
  if (warp.active == 0 && !next_group(warp)) warp.yield = true;
}

void trap(Warp&, const Inst&, uint32_t mask) {
  fail(FaultKind::kTrap, std::countr_zero(mask), "the kernel executed a trap");
}

// flags of bar: what bar.red computes
enum : uint32_t {
  kNoWait = 1,
  kRedPopc = 2,
  kRedAnd = 4,
  kRedOr = 8,
  kReduce = 14,
  kHasCount = 16,
  kNegated = 32
};

void finish_reduction(Warp& warp, const Inst& in, uint32_t mask, const Barrier& barrier) {
  const uint32_t count = barrier.last_count;
  const uint32_t all = barrier.last_total;
  if (in.flags & kRedPopc)
    each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int) { return count; });
  else
    set_lanes(warp.predicate(in.d), mask,
              ((in.flags & kRedAnd) ? count == all : count > 0) ? kAllLanes : 0);
}

void bar(Warp& warp, const Inst& in, uint32_t mask) {
  const int lane = std::countr_zero(mask);
  const uint32_t id = warp.lanes<uint32_t>(in.a)[lane];
  Block& block = *warp.block;
  if (id >= block.barriers.size())
    fail(FaultKind::kDivergentBarrier, lane, "there is no barrier " + std::to_string(id));
  Barrier& barrier = block.barriers[id];
  // bar.red comes here twice: on arrival, and to read the result once released.
  if ((in.flags & kReduce) && (warp.reduced & mask) == mask) {
    finish_reduction(warp, in, mask, barrier);
    warp.reduced &= ~mask;
    return;
  }
  warp.launch->barriers += 1;
  barrier.source = source_line(warp);
  if (in.flags & kHasCount) {
    // The count is in threads, and hardware rounds what a warp contributes up to the whole warp.
    barrier.expected = warp.lanes<uint32_t>(in.b)[lane];
    if (barrier.expected % kLanes != 0 || barrier.expected == 0)
      fail(FaultKind::kDivergentBarrier, lane,
           "a barrier for " + std::to_string(barrier.expected) +
               " threads, which is no multiple of 32");
    const bool whole = (warp.alive & ~mask) == 0;
    barrier.arrived += whole ? kLanes : uint32_t(std::popcount(mask));
  } else {
    barrier.arrived += uint32_t(std::popcount(mask));
  }
  barrier.warps |= 1u << warp.index;
  if (in.flags & kReduce) {
    const uint32_t value = warp.predicate(in.c) ^ ((in.flags & kNegated) ? kAllLanes : 0);
    barrier.count_true += uint32_t(std::popcount(value & mask));
    warp.reduced |= mask;
  }
  if (in.flags & kNoWait) return settle_barriers(warp);
  const uint32_t rest = warp.active & ~mask;
  Frame& frame = warp.frame();
  if (rest) add_group(frame, {warp.pc, rest});
  const uint32_t resume = (in.flags & kReduce) ? warp.pc - 1 : warp.pc;
  frame.others.push_back({resume, mask, Wait::kBarrier, id});
  warp.waiting |= mask;
  warp.active = 0;
  settle_barriers(warp);
  if (!next_group(warp) || warp.launch->options->schedule == Schedule::kRandom) warp.yield = true;
}

}  // namespace

// Waits until all lanes named by `wanted` that are alive stand here. True when they do and the
// instruction may run.
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
  const uint32_t rest = warp.active & ~mask;
  if (rest) add_group(frame, {warp.pc, rest});
  frame.others.push_back({warp.pc - 1, mask, Wait::kWarpSync});
  warp.active = 0;
  if (!next_group(warp)) warp.yield = true;
  return false;
}

namespace {

void warp_barrier(Warp& warp, const Inst& in, uint32_t mask) {
  gather_lanes(warp, mask, warp.lanes<uint32_t>(in.a)[std::countr_zero(mask)]);
}

void call(Warp& warp, const Inst& in, uint32_t mask);

void nop(Warp&, const Inst&, uint32_t) {}

std::string c_string(Warp& warp, uint64_t address, int lane) {
  std::string text;
  for (; text.size() < 400; ++address) {
    const auto* region = find_region(warp, address);
    if (!region) fail(FaultKind::kOutOfBounds, lane, "a string that is not in the kernel's memory");
    const char c = *reinterpret_cast<const char*>(address);
    if (c == 0) break;
    text += c;
  }
  return text;
}

template <typename T>
T argument(const Frame& frame, const ParamPlace& place, int lane) {
  T value{};
  std::copy_n(frame.params.data() + size_t(lane) * frame.params_stride + place.offset,
              std::min<size_t>(sizeof(T), place.size), reinterpret_cast<std::byte*>(&value));
  return value;
}

// vprintf counts as printed nothing; __assertfail ends the launch with its message.
void call_builtin(Warp& warp, const CallSite& site, uint32_t mask) {
  Frame& frame = warp.frame();
  const int lane = std::countr_zero(mask);
  if (site.builtin == "__assertfail") {
    const std::string message =
        c_string(warp, argument<uint64_t>(frame, site.args.at(0), lane), lane);
    fail(FaultKind::kTrap, lane, "assertion failed: " + message);
  }
  if (site.builtin == "vprintf") {
    for (const ParamPlace& place : site.results)
      for (int l = 0; l < kLanes; ++l)
        if (has_lane(mask, l))
          std::fill_n(frame.params.data() + size_t(l) * frame.params_stride + place.offset,
                      place.size, std::byte{0});
    return;
  }
  fail(FaultKind::kUnsupported, lane, "a call of " + site.builtin + ", which is not supported");
}

void call(Warp& warp, const Inst& in, uint32_t mask) {
  const auto& site = *static_cast<const CallSite*>(in.extra);
  const uint32_t rest = warp.active & ~mask;
  if (!site.builtin.empty()) return call_builtin(warp, site, mask);
  const Function* callee = site.callee;
  uint32_t lanes = mask;
  if (!callee) {
    // Indirect: the lanes that agree with the first go now, the others come here again.
    const uint64_t* target = warp.lanes<uint64_t>(in.a);
    const int first = std::countr_zero(mask);
    const uint64_t index = target[first] - kFunctionWindow;
    if (index >= warp.launch->module->functions.size() ||
        !warp.launch->module->functions[index].parsed.has_body)
      fail(FaultKind::kOutOfBounds, first, "a call through a pointer that is no function");
    callee = &warp.launch->module->functions[index];
    lanes = 0;
    for (int l = 0; l < kLanes; ++l)
      if (has_lane(mask, l) && target[l] == target[first]) lanes |= 1u << l;
    if (mask & ~lanes) add_group(warp.frame(), {warp.pc - 1, mask & ~lanes});
  }
  if (rest) add_group(warp.frame(), {warp.pc, rest});
  push_frame(warp, *callee, lanes, &site);
}

std::vector<ParamPlace> places_of(Decoder& d, const Operand& list) {
  std::vector<ParamPlace> places;
  for (const Operand& element : list.elements) {
    const Variable* variable = d.scope.local(element.name, d.st.scope);
    if (!variable) d.refuse("a call whose argument is no .param");
    places.push_back({uint32_t(variable->offset), uint32_t(variable->bytes())});
  }
  return places;
}

Handler decode_call(Decoder& d) {
  CallSite site;
  size_t at = 0;
  if (d.operand(at).kind == OperandKind::kList) site.results = places_of(d, d.operand(at++));
  const Operand& callee = d.operand(at++);
  if (at < d.operand_count() && d.operand(at).kind == OperandKind::kList)
    site.args = places_of(d, d.operand(at));
  if (callee.reg >= 0) {
    d.inst.a = d.in(callee, Type::kB64);
  } else {
    site.callee = d.scope.module.find(callee.name);
    if (!site.callee || !site.callee->parsed.has_body)
      site.builtin = std::string(callee.name), site.callee = nullptr;
  }
  d.inst.is_call = site.builtin.empty();
  d.scope.module.calls.push_back(std::move(site));
  d.inst.extra = &d.scope.module.calls.back();
  return &call;
}

Handler decode_barrier(Decoder& d) {
  if (d.has("warp")) {
    d.inst.a = d.in(0, Type::kB32);
    return &warp_barrier;
  }
  if (d.has("cluster")) d.refuse();
  size_t at = 0;
  if (d.has("red")) {
    d.inst.flags |= d.has("popc") ? kRedPopc : d.has("and") ? kRedAnd : kRedOr;
    d.inst.d = d.out(at++, d.has("popc") ? Type::kU32 : Type::kPred);
  }
  if (d.has("arrive")) d.inst.flags |= kNoWait;
  d.inst.a = d.in(at++, Type::kU32);
  const size_t left = d.operand_count() - at, predicate = (d.inst.flags & kReduce) ? 1 : 0;
  if (left > predicate) {
    d.inst.b = d.in(at++, Type::kU32);
    d.inst.flags |= kHasCount;
  }
  if (predicate) {
    d.inst.c = d.in(at, Type::kPred);
    if (d.operand(at).negated) d.inst.flags |= kNegated;
  }
  return &bar;
}

}  // namespace

Handler decode_control(Decoder& d) {
  d.inst.pipe = Pipe::kControl;
  const auto op = d.st.opcode;
  if (op == "bra") {
    d.inst.target = d.scope.label(d.operand(0).name, d.st.scope);
    return &branch;
  }
  if (op == "brx") {
    const auto targets = d.scope.function.parsed.branch_targets.find(d.operand(1).name);
    if (targets == d.scope.function.parsed.branch_targets.end())
      d.refuse("its table of targets is missing");
    std::vector<uint32_t> table;
    for (std::string_view name : targets->second) table.push_back(d.scope.label(name, d.st.scope));
    d.scope.function.tables.push_back(std::move(table));
    d.inst.a = d.in(0, Type::kU32);
    d.inst.extra = &d.scope.function.tables.back();
    return &branch_indexed;
  }
  if (op == "ret") return &ret;
  if (op == "exit") return &exit_thread;
  if (op == "trap" || op == "brkpt") return &trap;
  if (op == "pmevent") return &nop;
  if (op == "call") return decode_call(d);
  return decode_barrier(d);
}

}  // namespace cudal1::sim
