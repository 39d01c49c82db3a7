// cvt to pairs of halves and to tf32.
#include "convert.h"
#include "half.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

// cvt.f16x2.f32 d, a, b: a goes to the high half.
template <bool kBrain>
void pack_pair(Warp& warp, const Inst& in, uint32_t mask) {
  const float* a = warp.lanes<float>(in.a);
  const float* b = warp.lanes<float>(in.b);
  const auto round = half_rounding(round_of(in));
  const bool relu = in.flags & kConvertRelu;
  const auto one = [&](float x) -> uint32_t {
    if (relu && x == x) x = x > 0 ? x : 0.0f;
    return kBrain ? to_brain(double(x), round) : to_half(double(x), round);
  };
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) { return one(a[l]) << 16 | one(b[l]); });
}

// tf32 keeps 10 mantissa bits; rna rounds ties away from zero.
void to_tf32(Warp& warp, const Inst& in, uint32_t mask) {
  const auto* a = warp.lanes<uint32_t>(in.a);
  const auto round = round_of(in);
  each_lane(warp.lanes<uint32_t>(in.d), mask, [&](int l) {
    const uint32_t x = a[l];
    if ((x & 0x7f800000) == 0x7f800000) return x;
    const uint32_t half = round == Round::kRna  ? 0x1000
                          : round == Round::kRn ? 0xfff + ((x >> 13) & 1)
                                                : 0;
    return (x + half) & ~0x1fffu;
  });
}

}  // namespace

Handler decode_pair_conversion(Decoder& d, Type to) {
  d.inst.d = d.out(0, to);
  d.inst.a = d.in(1, Type::kF32);
  d.inst.b = d.in(2, Type::kF32);
  if (d.has("satfinite")) d.refuse();
  return to == Type::kBf16x2 ? &pack_pair<true> : &pack_pair<false>;
}

Handler decode_tf32_conversion(Decoder& d) {
  d.inst.d = d.out(0, Type::kB32);
  d.inst.a = d.in(1, Type::kF32);
  return &to_tf32;
}

}  // namespace cudal1::sim
