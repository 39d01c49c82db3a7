// Instructions in which the lanes of a warp exchange values: shfl, vote, match, redux, activemask,
// elect.
#include <algorithm>
#include <bit>

#include "decode.h"
#include "groups.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

enum class Shuffle : int64_t { kUp, kDown, kBfly, kIdx };

// Lane that lane l reads under the PTX definition; `in_range` as p.
int source_lane(Shuffle mode, int lane, uint32_t b, uint32_t c, bool& in_range) {
  const int value = int(b & 31), clamp = int(c & 31), segment = int((c >> 8) & 31);
  const int max_lane = (lane & segment) | (clamp & ~segment), min_lane = lane & segment;
  int j = 0;
  switch (mode) {
    case Shuffle::kUp:
      j = lane - value, in_range = j >= max_lane;
      break;
    case Shuffle::kDown:
      j = lane + value, in_range = j <= max_lane;
      break;
    case Shuffle::kBfly:
      j = lane ^ value, in_range = j <= max_lane;
      break;
    case Shuffle::kIdx:
      j = min_lane | (value & ~segment), in_range = j <= max_lane;
      break;
  }
  return in_range ? j & 31 : lane;
}

// list: lane mask, then the predicate if there is one.
void shfl(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, warp.lanes<uint32_t>(in.list[0])[std::countr_zero(mask)])) return;
  const uint32_t *a = warp.lanes<uint32_t>(in.a), *b = warp.lanes<uint32_t>(in.b),
                 *c = warp.lanes<uint32_t>(in.c);
  const auto mode = Shuffle(in.imm);
  alignas(64) uint32_t result[kLanes];
  uint32_t valid = 0;
  for (int l = 0; l < kLanes; ++l) {
    bool in_range = false;
    // Reading a lane that takes no part is undefined; here it gives the reader's own value.
    const int from = source_lane(mode, l, b[l], c[l], in_range);
    result[l] = a[has_lane(mask, from) ? from : l];
    valid |= uint32_t(in_range) << l;
  }
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) { return result[l]; });
  if (in.list_size > 1) set_lanes(warp.predicate(in.list[1]), mask, valid);
}

enum class Vote : int64_t { kAll, kAny, kUni, kBallot };

// b: the lane mask. flags 1: the predicate is negated.
void vote(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t wanted = warp.lanes<uint32_t>(in.b)[std::countr_zero(mask)];
  if (!gather_lanes(warp, mask, wanted)) return;
  const uint32_t value = (warp.predicate(in.a) ^ ((in.flags & 1) ? kAllLanes : 0)) & mask;
  switch (Vote(in.imm)) {
    case Vote::kAll:
      set_lanes(warp.predicate(in.d), mask, value == mask ? kAllLanes : 0);
      break;
    case Vote::kAny:
      set_lanes(warp.predicate(in.d), mask, value ? kAllLanes : 0);
      break;
    case Vote::kUni:
      set_lanes(warp.predicate(in.d), mask, value == mask || value == 0 ? kAllLanes : 0);
      break;
    case Vote::kBallot:
      each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int) { return value; });
      break;
  }
}

void activemask(Warp& warp, const Inst& in, uint32_t mask) {
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int) { return mask; });
}

template <typename T>
void match_any(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, warp.lanes<uint32_t>(in.b)[std::countr_zero(mask)])) return;
  const T* a = warp.lanes<T>(in.a);
  alignas(64) uint32_t result[kLanes] = {};
  for (int l = 0; l < kLanes; ++l)
    for (int other = 0; other < kLanes; ++other)
      result[l] |= uint32_t(has_lane(mask, other) && a[other] == a[l]) << other;
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) { return result[l]; });
}

template <typename T>
void match_all(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, warp.lanes<uint32_t>(in.b)[std::countr_zero(mask)])) return;
  const T* a = warp.lanes<T>(in.a);
  const T first = a[std::countr_zero(mask)];
  bool same = true;
  for (int l = 0; l < kLanes; ++l) same &= !has_lane(mask, l) || a[l] == first;
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int) { return same ? mask : 0u; });
  if (in.list_size) set_lanes(warp.predicate(in.list[0]), mask, same ? kAllLanes : 0);
}

enum class Redux : int64_t { kAdd, kMin, kMax, kAnd, kOr, kXor };

template <typename T>
void redux(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, warp.lanes<uint32_t>(in.b)[std::countr_zero(mask)])) return;
  const T* a = warp.lanes<T>(in.a);
  T result = a[std::countr_zero(mask)];
  for (int l = std::countr_zero(mask) + 1; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    switch (Redux(in.imm)) {
      case Redux::kAdd:
        result = T(uint32_t(result) + uint32_t(a[l]));
        break;
      case Redux::kMin:
        result = std::min(result, a[l]);
        break;
      case Redux::kMax:
        result = std::max(result, a[l]);
        break;
      case Redux::kAnd:
        result &= a[l];
        break;
      case Redux::kOr:
        result |= a[l];
        break;
      case Redux::kXor:
        result ^= a[l];
        break;
    }
  }
  each_lane(warp.lanes<T>(in.d), mask, [&](int) { return result; });
}

// elect.sync d|p, mask: the lowest lane leads.
void elect(Warp& warp, const Inst& in, uint32_t mask) {
  if (!gather_lanes(warp, mask, warp.lanes<uint32_t>(in.a)[std::countr_zero(mask)])) return;
  const auto leader = uint32_t(std::countr_zero(mask));
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int) { return leader; });
  if (in.list_size) set_lanes(warp.predicate(in.list[0]), mask, 1u << leader);
}

template <typename Enum, size_t kCount>
int64_t mode_of(Decoder& d, const std::pair<std::string_view, Enum> (&names)[kCount]) {
  for (const auto& [name, mode] : names)
    if (d.has(name)) return int64_t(mode);
  d.refuse();
}

Handler decode_shfl(Decoder& d) {
  d.inst.imm = mode_of<Shuffle>(d, {{"up", Shuffle::kUp},
                                    {"down", Shuffle::kDown},
                                    {"bfly", Shuffle::kBfly},
                                    {"idx", Shuffle::kIdx}});
  d.inst.d = d.out(0, Type::kB32);
  d.inst.a = d.in(1, Type::kB32);
  d.inst.b = d.in(2, Type::kB32);
  d.inst.c = d.in(3, Type::kB32);
  std::vector<Slot> list = {d.has("sync") ? d.in(4, Type::kB32) : d.scope.immediate(0, 32)};
  if (d.operand(0).second >= 0) list.push_back(d.scope.register_slot(d.operand(0).second));
  d.keep(std::move(list));
  return &shfl;
}

Handler decode_vote(Decoder& d) {
  d.inst.imm = mode_of<Vote>(
      d,
      {{"all", Vote::kAll}, {"any", Vote::kAny}, {"uni", Vote::kUni}, {"ballot", Vote::kBallot}});
  d.inst.d = d.out(0, d.has("ballot") ? Type::kB32 : Type::kPred);
  d.inst.a = d.in(1, Type::kPred);
  d.inst.b = d.has("sync") ? d.in(2, Type::kB32) : d.scope.immediate(0, 32);
  if (d.operand(1).negated) d.inst.flags = 1;
  return &vote;
}

Handler decode_match(Decoder& d) {
  const bool is_wide = bits_of(d.type()) == 64;
  d.inst.d = d.out(0, Type::kB32);
  if (d.operand(0).second >= 0) d.keep({d.scope.register_slot(d.operand(0).second)});
  d.inst.a = d.in(1, d.type());
  d.inst.b = d.in(2, Type::kB32);
  if (d.has("any")) return is_wide ? &match_any<uint64_t> : &match_any<uint32_t>;
  return is_wide ? &match_all<uint64_t> : &match_all<uint32_t>;
}

Handler decode_redux(Decoder& d) {
  d.inst.imm = mode_of<Redux>(d, {{"add", Redux::kAdd},
                                  {"min", Redux::kMin},
                                  {"max", Redux::kMax},
                                  {"and", Redux::kAnd},
                                  {"or", Redux::kOr},
                                  {"xor", Redux::kXor}});
  const Type type = d.type();
  if (is_float(type)) d.refuse();
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, Type::kB32);
  return is_signed(type) ? &redux<int32_t> : &redux<uint32_t>;
}

}  // namespace

Handler decode_warp(Decoder& d) {
  const auto op = d.st.opcode;
  // Shuffles go through the load/store pipe's crossbar, votes through the integer pipe.
  d.inst.pipe = op == "shfl" ? Pipe::kLoadStore : Pipe::kInteger;
  if (op == "shfl") return decode_shfl(d);
  if (op == "vote") return decode_vote(d);
  if (op == "match") return decode_match(d);
  if (op == "redux") return decode_redux(d);
  d.inst.d = d.out(0, Type::kB32);
  if (op == "activemask") return &activemask;
  if (d.operand(0).second >= 0) d.keep({d.scope.register_slot(d.operand(0).second)});
  d.inst.a = d.in(1, Type::kB32);
  return &elect;
}

}  // namespace cudal1::sim
