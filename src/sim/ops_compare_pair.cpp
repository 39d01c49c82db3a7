// setp and set of f16x2 and bf16x2: two halves per lane.
#include <utility>

#include "compare.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <size_t... kOps>
bool holds_now(Compare compare, float a, float b, std::index_sequence<kOps...>) {
  bool result = false;
  ((size_t(compare) == kOps ? void(result = holds<Compare(kOps)>(a, b)) : void()), ...);
  return result;
}

uint32_t compare_half_of_pair(Warp& warp, const Inst& in, int shift) {
  const uint32_t* a = warp.lanes<uint32_t>(in.a);
  const uint32_t* b = warp.lanes<uint32_t>(in.b);
  const auto compare = Compare(in.imm & 0xff);
  const bool is_brain = in.imm & 0x100;
  uint32_t mask = 0;
  for (int l = 0; l < kLanes; ++l) {
    const auto x = uint16_t(a[l] >> shift), y = uint16_t(b[l] >> shift);
    const float fx = is_brain ? brain_to_float(x) : half_to_float(x),
                fy = is_brain ? brain_to_float(y) : half_to_float(y);
    mask |=
        uint32_t(holds_now(compare, fx, fy, std::make_index_sequence<size_t(Compare::kCount)>()))
        << l;
  }
  return mask;
}

void setp_pair(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t low = combined(warp, in, compare_half_of_pair(warp, in, 0));
  const uint32_t high = combined(warp, in, compare_half_of_pair(warp, in, 16));
  set_lanes(warp.predicate(in.d), mask, low);
  if (in.list) set_lanes(warp.predicate(in.list[0]), mask, high);
}

void set_pair(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t low = compare_half_of_pair(warp, in, 0), high = compare_half_of_pair(warp, in, 16);
  const auto truth = uint32_t(in.imm >> 16) & 0xffff;
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) {
    return ((low >> l) & 1 ? truth : 0u) | ((high >> l) & 1 ? truth << 16 : 0u);
  });
}

// imm = comparison | is bf16 << 8 | what "true" looks like << 16.
int64_t immediate(Type type, Compare compare, uint16_t truth) {
  return int64_t(compare) | (type == Type::kBf16x2 ? 0x100 : 0) | int64_t(truth) << 16;
}

}  // namespace

Handler setp_of_pairs(Decoder& d, Type type, Compare compare) {
  d.inst.imm = immediate(type, compare, 0);
  return &setp_pair;
}

Handler set_of_pairs(Decoder& d, Type type, Compare compare, uint16_t truth) {
  d.inst.imm = immediate(type, compare, truth);
  return &set_pair;
}

}  // namespace cudal1::sim
