// From parsed statements to instructions with handlers.
#pragma once

#include "decoder.h"

namespace cudal1::sim {

// Each returns the handler for one opcode family; they throw Unsupported for what they do not know.
Handler decode_integer(Decoder& d);
Handler decode_bits(Decoder& d);
Handler decode_float(Decoder& d);
Handler decode_special_function(Decoder& d);
Handler decode_half(Decoder& d);
Handler decode_compare(Decoder& d);
Handler decode_select(Decoder& d);
Handler decode_testp(Decoder& d);
Handler decode_move(Decoder& d);
Handler decode_convert(Decoder& d);
Handler decode_memory(Decoder& d);
Handler decode_async(Decoder& d);
Handler decode_atomic(Decoder& d);
Handler decode_branch(Decoder& d);
Handler decode_call(Decoder& d);
Handler decode_barrier(Decoder& d);
Handler decode_warp(Decoder& d);
Handler decode_matrix(Decoder& d);

// Lays out variables and parameters, decodes every function.
void decode_module(Module::Impl& module);

}  // namespace cudal1::sim
