// A step of decoding on a GPU: nothing in it needs the host, so it can be captured.
#pragma once

#include "cudal1/model/attention.h"
#include "decode_attention.h"
#include "slot_state.h"

namespace cudal1::model {

// Whether the kernels take a model of this shape.
bool decodes(const Transformer& transformer);

class DecodeStep {
 public:
  DecodeStep(const Transformer& transformer, const KeyValues& keys_values, const SlotState& state,
             int64_t rows);

  // Draws a token for each of slots [rows] (int32; below zero: for nobody), which becomes its last;
  // keys and values of the one before join the others.
  void run(const at::Tensor& slots) const;
  const DrawnRows& drawn() const { return drawn_; }

 private:
  at::Tensor logits(const at::Tensor& slots) const;
  at::Tensor embedded(const at::Tensor& slots) const;
  at::Tensor attended(int64_t layer, const at::Tensor& qkv, const at::Tensor& slots) const;
  at::Tensor few_logits(at::Tensor state, const at::Tensor& slots) const;
  at::Tensor many_logits(at::Tensor state, const at::Tensor& slots) const;
  DecodeHeads heads(int64_t layer) const;

  const Transformer& transformer_;
  const Kernels& kernels_;
  const KeyValues& keys_values_;
  const SlotState& state_;
  DecodeWorkspace workspace_;
  DrawnRows drawn_;
};

}  // namespace cudal1::model
