// Logic, shifts, bit fields, byte permutes, dot products of bytes: which part an opcode belongs to.
#include "bits.h"

namespace cudal1::sim {

Handler decode_bits(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  const auto op = d.st.opcode;
  const Type type = d.type();
  if (op == "and" || op == "or" || op == "xor" || op == "not" || op == "cnot")
    return decode_logic(d, type);
  if (op == "shl" || op == "shr") return decode_shift(d, type);
  if (op == "shf") return decode_funnel(d);
  if (op == "popc" || op == "clz" || op == "bfind" || op == "brev") return decode_count(d, type);
  if (op == "bfi" || op == "bfe") return decode_field(d, type);
  if (op == "prmt") return decode_permute(d);
  if (op == "lop3") return decode_lop3(d);
  if (op == "sad") return decode_sad(d, type);
  if (op == "dp4a" || op == "dp2a") return decode_dot(d);
  if (op == "bmsk") return decode_mask(d);
  if (op == "fns") return decode_fns(d);
  if (op == "szext") return decode_extend(d, type);
  d.refuse();
}

}  // namespace cudal1::sim
