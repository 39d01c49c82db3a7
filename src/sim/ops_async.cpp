// Fences, prefetches and cp.async. The machine runs memory operations in order, so that most of
// these do nothing.
#include <algorithm>
#include <cstring>

#include "decode.h"
#include "lanes.h"
#include "locate.h"

namespace cudal1::sim {
namespace {

void nothing(Warp&, const Inst&, uint32_t) {}

// One copy per lane, done at once: a program that waits as it must cannot tell. `count` bytes go to
// shared memory, of which source-size (c) are read and the rest are zero. imm belongs to the
// source; the destination's offset is in extra.
void copy_async(Warp& warp, const Inst& in, uint32_t mask) {
  Inst destination = in;
  destination.a = in.d;
  destination.imm = int64_t(in.target);
  destination.flags = in.list[0];
  Located to, from;
  const uint32_t bytes = in.count;
  locate_shared(warp, destination, mask, bytes, Direction::kStore, to);
  const uint32_t* size = in.c == kNoSlot ? nullptr : warp.lanes<uint32_t>(in.c);
  uint32_t reading = mask;
  for (int l = 0; size && l < kLanes; ++l)
    if (size[l] == 0) reading &= ~(1u << l);
  // A lane with size 0 reads nothing, and its address may be anything.
  if (reading) locate_generic(warp, in, reading, bytes, Direction::kLoad, from);
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    const uint32_t wanted = size ? std::min(size[l], bytes) : bytes;
    std::memset(to.at[l], 0, bytes);
    if (has_lane(reading, l)) std::memcpy(to.at[l], from.at[l], wanted);
  }
}

Handler decode_copy(Decoder& d) {
  d.inst.pipe = Pipe::kLoadStore;
  if (d.has("commit_group") || d.has("wait_group") || d.has("wait_all")) return &nothing;
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
