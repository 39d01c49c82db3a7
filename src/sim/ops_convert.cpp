// cvt.
#include <algorithm>
#include <string_view>
#include <utility>

#include "convert.h"

namespace cudal1::sim {
namespace {

uint32_t rounding_flags(const Decoder& d) {
  static constexpr std::pair<std::string_view, Round> kNames[] = {
      {"rn", Round::kRn},  {"rz", Round::kRz},   {"rm", Round::kRm},
      {"rp", Round::kRp},  {"rna", Round::kRna}, {"rni", Round::kRn},
      {"rzi", Round::kRz}, {"rmi", Round::kRm},  {"rpi", Round::kRp}};
  for (const auto& [name, round] : kNames)
    if (d.has(name)) return uint32_t(round) | (name.back() == 'i' ? kConvertToInteger : 0u);
  return 0;
}

Pipe pipe_of(Type to, Type from) {
  if (!is_float(to) && !is_float(from)) return Pipe::kInteger;
  return bits_of(to) == 64 || bits_of(from) == 64 ? Pipe::kFp64 : Pipe::kSfu;
}

Handler decode_value(Decoder& d, Type to, Type from) {
  uint32_t source_bits = 0, destination_bits = 0;
  d.inst.a = d.any(d.operand(1), source_bits, std::max(16u, bits_of(from)));
  d.inst.d = d.any(d.operand(0), destination_bits, 32);
  if (source_bits < bits_of(from) || destination_bits < bits_of(to))
    d.refuse("a register too narrow");
  if (is_float(from) && source_bits != bits_of(from)) d.refuse("a register of another width");
  if (is_float(to) && destination_bits != bits_of(to)) d.refuse("a register of another width");
  d.inst.imm = int64_t(source_bits) | int64_t(destination_bits) << 8;
  const bool exact_widths = source_bits == bits_of(from) && destination_bits == bits_of(to);
  const Handler fast = exact_widths ? fast_conversion(to, from, d.inst.flags) : nullptr;
  return fast ? fast : general_conversion(to, from);
}

}  // namespace

Handler decode_convert(Decoder& d) {
  if (d.has("pack")) d.refuse();
  const Type to = d.type(0), from = d.type(1);
  d.inst.flags |= rounding_flags(d);
  if (d.has("sat")) d.inst.flags |= kConvertSat;
  if (d.has("ftz")) d.inst.flags |= kConvertFtz;
  if (d.has("relu")) d.inst.flags |= kConvertRelu;
  d.inst.pipe = pipe_of(to, from);
  if (to == Type::kF16x2 || to == Type::kBf16x2) return decode_pair_conversion(d, to);
  if (to == Type::kTf32) return decode_tf32_conversion(d);
  return decode_value(d, to, from);
}

}  // namespace cudal1::sim
