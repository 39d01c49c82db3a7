// bar, barrier.
#include <bit>
#include <string>

#include "barriers.h"
#include "decode.h"
#include "groups.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

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

Barrier& barrier_at(Warp& warp, uint32_t id, int lane) {
  auto& barriers = warp.block->barriers;
  if (id >= barriers.size())
    fail(FaultKind::kDivergentBarrier, lane, "there is no barrier " + std::to_string(id));
  return barriers[id];
}

// How many threads a barrier with a count waits for.
uint32_t expected_threads(const Warp& warp, const Inst& in, int lane) {
  const uint32_t expected = warp.lanes<uint32_t>(in.b)[lane];
  if (expected % kLanes != 0 || expected == 0)
    fail(FaultKind::kDivergentBarrier, lane,
         "a barrier for " + std::to_string(expected) + " threads, which is no multiple of 32");
  return expected;
}

void arrive(Warp& warp, const Inst& in, uint32_t mask, Barrier& barrier) {
  warp.launch->barriers += 1;
  barrier.source = source_line(warp);
  const bool has_count = in.flags & kHasCount;
  if (has_count) barrier.expected = expected_threads(warp, in, std::countr_zero(mask));
  // The count is in threads, and hardware rounds what a warp contributes up to the whole warp.
  const bool whole = has_count && (warp.alive & ~mask) == 0;
  barrier.arrived += whole ? kLanes : uint32_t(std::popcount(mask));
  barrier.warps |= 1u << warp.index;
  if (in.flags & kReduce) {
    const uint32_t value = warp.predicate(in.c) ^ ((in.flags & kNegated) ? kAllLanes : 0);
    barrier.count_true += uint32_t(std::popcount(value & mask));
    warp.reduced |= mask;
  }
}

void wait(Warp& warp, const Inst& in, uint32_t mask, uint32_t id) {
  leave_rest(warp, mask);
  const uint32_t resume = (in.flags & kReduce) ? warp.pc - 1 : warp.pc;
  warp.frame().others.push_back({resume, mask, Wait::kBarrier, id});
  warp.waiting |= mask;
  warp.active = 0;
  settle_barriers(warp);
  if (!next_group(warp) || warp.launch->options->schedule == Schedule::kRandom) warp.yield = true;
}

void bar(Warp& warp, const Inst& in, uint32_t mask) {
  const int lane = std::countr_zero(mask);
  const uint32_t id = warp.lanes<uint32_t>(in.a)[lane];
  Barrier& barrier = barrier_at(warp, id, lane);
  // bar.red comes here twice: on arrival, and to read the result once released.
  if ((in.flags & kReduce) && (warp.reduced & mask) == mask) {
    finish_reduction(warp, in, mask, barrier);
    warp.reduced &= ~mask;
    return;
  }
  arrive(warp, in, mask, barrier);
  if (in.flags & kNoWait) return settle_barriers(warp);
  wait(warp, in, mask, id);
}

void warp_barrier(Warp& warp, const Inst& in, uint32_t mask) {
  gather_lanes(warp, mask, warp.lanes<uint32_t>(in.a)[std::countr_zero(mask)]);
}

Handler decode_block_barrier(Decoder& d) {
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

Handler decode_barrier(Decoder& d) {
  d.inst.pipe = Pipe::kControl;
  if (d.has("warp")) {
    d.inst.a = d.in(0, Type::kB32);
    return &warp_barrier;
  }
  if (d.has("cluster")) d.refuse();
  return decode_block_barrier(d);
}

}  // namespace cudal1::sim
