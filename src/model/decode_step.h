// A step of decoding on a GPU: nothing in it needs the host, so it can be captured.
#pragma once

#include "cudal1/model/attention.h"
#include "slot_state.h"

namespace cudal1::model {

// Whether the kernels take a model of this shape on its device.
bool decodes(const Transformer& transformer);

// The logits [n, vocab] behind the last tokens of slots rows [n] (int32); their keys and values
// join the others'.
at::Tensor decode_logits(const Transformer& transformer, const KeyValues& keys_values,
                         const SlotState& state, const at::Tensor& rows);

// Draws a token for each row, which becomes its slot's last; drawn [2, at least n] int32: tokens,
// log-probabilities as bits of float32. `filtered`: some slot has a top-k, top-p or min-p.
void draw_tokens(const Transformer& transformer, SlotState& state, const at::Tensor& rows,
                 const at::Tensor& logits, bool filtered, const at::Tensor& drawn);

}  // namespace cudal1::model
