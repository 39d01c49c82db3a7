// prmt.
#include <iterator>
#include <string_view>

#include "bits.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

uint32_t pick_byte(uint64_t both, uint32_t selector) {
  const auto byte = uint32_t(both >> (8 * (selector & 7))) & 0xff;
  return selector & 8 ? (byte & 0x80 ? 0xff : 0) : byte;
}
struct Prmt {
  static uint32_t f(uint32_t a, uint32_t b, uint32_t c) {
    const uint64_t both = uint64_t(b) << 32 | a;
    uint32_t result = 0;
    for (int i = 0; i < 4; ++i) result |= pick_byte(both, (c >> (4 * i)) & 15) << (8 * i);
    return result;
  }
};

// The special modes of prmt, with c & 3 as the start: imm is the mode.
enum class PermuteMode { kF4e, kB4e, kRc8, kEcl, kEcr, kRc16 };
uint32_t permute_selector(PermuteMode mode, uint32_t c) {
  static constexpr uint16_t kSelectors[6][4] = {
      {0x3210, 0x4321, 0x5432, 0x6543}, {0x5670, 0x6701, 0x7012, 0x0123},
      {0x0000, 0x1111, 0x2222, 0x3333}, {0x3210, 0x3211, 0x3222, 0x3333},
      {0x0000, 0x1110, 0x2210, 0x3210}, {0x1010, 0x3232, 0x1010, 0x3232}};
  return kSelectors[int(mode)][c & 3];
}
void prmt_mode(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t *a = warp.lanes<uint32_t>(in.a), *b = warp.lanes<uint32_t>(in.b),
                 *c = warp.lanes<uint32_t>(in.c);
  const auto mode = PermuteMode(in.imm);
  each_lane(warp.lanes<uint32_t>(in.d), mask,
            [&](int l) { return Prmt::f(a[l], b[l], permute_selector(mode, c[l])); });
}

}  // namespace

Handler decode_permute(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  static constexpr std::string_view kModes[] = {"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"};
  for (size_t i = 0; i < std::size(kModes); ++i) {
    if (!d.has(kModes[i])) continue;
    d.inst.imm = int64_t(i);
    return &prmt_mode;
  }
  return &map3<Prmt, uint32_t, uint32_t, uint32_t, uint32_t>;
}

}  // namespace cudal1::sim
