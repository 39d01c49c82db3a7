// The parts of the family of logic, shifts and bit fields.
#pragma once

#include "decode.h"

namespace cudal1::sim {

// `type`: the first of the statement.
Handler decode_logic(Decoder& d, Type type);  // and, or, xor, not, cnot
Handler decode_lop3(Decoder& d);
Handler decode_shift(Decoder& d, Type type);  // shl, shr
Handler decode_funnel(Decoder& d);            // shf
Handler decode_count(Decoder& d, Type type);  // popc, clz, bfind, brev
Handler decode_fns(Decoder& d);
Handler decode_field(Decoder& d, Type type);   // bfe, bfi
Handler decode_mask(Decoder& d);               // bmsk
Handler decode_extend(Decoder& d, Type type);  // szext
Handler decode_permute(Decoder& d);            // prmt
Handler decode_dot(Decoder& d);                // dp4a, dp2a
Handler decode_sad(Decoder& d, Type type);

}  // namespace cudal1::sim
