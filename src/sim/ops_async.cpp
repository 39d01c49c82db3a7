// cp.async; fences and prefetches, which do nothing, as the machine runs all else in order.
#include <algorithm>

#include "decode.h"
#include "lanes.h"
#include "locate.h"

namespace cudal1::sim {
namespace {

void nothing(Warp&, const Inst&, uint32_t) {}

// One copy per lane begins. `count` bytes go to shared memory, of which source-size (c) are read
// and the rest are zero. imm belongs to the source; the destination's offset is in extra.
void copy_async(Warp& warp, const Inst& in, uint32_t mask) {
  Inst destination = in;
  destination.a = in.d;
  destination.imm = int64_t(in.target);
  destination.flags = in.list[0];
  Located to, from;
  const uint8_t bytes = in.count;
  locate_shared(warp, destination, mask, bytes, Direction::kCopy, to);
  const uint32_t* size = in.c == kNoSlot ? nullptr : warp.lanes<uint32_t>(in.c);
  uint32_t reading = mask;
  for (int l = 0; size && l < kLanes; ++l)
    if (size[l] == 0) reading &= ~(1u << l);
  // A lane with size 0 reads nothing, and its address may be anything.
  if (reading) locate_generic(warp, in, reading, bytes, Direction::kLoad, from);
  const int line = source_line(warp).line;
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    const auto wanted = uint8_t(size ? std::min<uint32_t>(size[l], bytes) : bytes);
    warp.launch->copies.begin(warp, {.to = uint64_t(to.at[l] - warp.block->shared.data()),
                                     .from = has_lane(reading, l) ? from.at[l] : nullptr,
                                     .bytes = bytes,
                                     .wanted = wanted,
                                     .lane = uint8_t(l),
                                     .line = line});
  }
}

void commit_group(Warp& warp, const Inst&, uint32_t mask) {
  warp.launch->copies.commit(warp, mask);
}

// imm: how many of the latest groups may still be under way.
void wait_group(Warp& warp, const Inst& in, uint32_t mask) {
  warp.launch->copies.wait(warp, mask, uint32_t(in.imm));
}

void wait_all(Warp& warp, const Inst&, uint32_t mask) {
  warp.launch->copies.commit(warp, mask);
  warp.launch->copies.wait(warp, mask, 0);
}

// Null for what is no such thing.
Handler decode_group(Decoder& d) {
  const bool is_commit = d.has("commit_group"), is_wait = d.has("wait_group");
  // No bulk copy can have begun.
  if (d.has("bulk")) return is_commit || is_wait ? &nothing : nullptr;
  if (is_wait) d.inst.imm = d.operand(0).value;
  return is_commit           ? &commit_group
         : is_wait           ? &wait_group
         : d.has("wait_all") ? &wait_all
                             : nullptr;
}

Handler decode_copy(Decoder& d) {
  d.inst.pipe = Pipe::kLoadStore;
  if (Handler handler = decode_group(d)) return handler;
  if (!d.has("async") || d.has("bulk") || d.has("reduce") || d.has("mbarrier") || d.has("tensor"))
    d.refuse();
  d.address(d.operand(0));
  d.inst.d = d.inst.a;
  d.inst.target = uint32_t(d.inst.imm);
  const uint32_t destination_flags = d.inst.flags;
  d.inst.flags = 0;
  d.address(d.operand(1));
  const int64_t bytes = d.operand(2).value;
  if (bytes != 4 && bytes != 8 && bytes != 16)
    d.refuse("a copy of " + std::to_string(bytes) + " bytes");
  d.inst.count = uint8_t(bytes);
  if (d.operand_count() > 3) {
    if (d.operand(3).kind == OperandKind::kRegister &&
        bits_of(d.scope.function.parsed.registers.at(size_t(d.operand(3).reg)).type) == 1)
      d.refuse("an ignore-source predicate");
    if (!d.has("L2::cache_hint")) d.inst.c = d.in(3, Type::kU32);
  }
  d.keep({destination_flags});
  return &copy_async;
}

}  // namespace

Handler decode_async(Decoder& d) {
  const auto op = d.st.opcode;
  if (op == "cp") return decode_copy(d);
  d.inst.pipe = Pipe::kOther;
  if ((op == "prefetch" || op == "fence") && d.has("tensormap")) d.refuse();
  return &nothing;
}

}  // namespace cudal1::sim
