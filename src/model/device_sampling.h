// Draws tokens on the GPU (kernels/sample.cu); what of a text this needs lies there, by slot.
#pragma once

#include <ATen/core/Tensor.h>

#include "cudal1/model/kernels.h"

namespace cudal1::model {

struct SlotSampling {
  at::Tensor settings;   // [slots, 4] float32: temperature, top_p, min_p, repetition penalty
  at::Tensor top_k;      // [slots] int32; 0: all
  at::Tensor seeds;      // [slots] int64
  at::Tensor positions;  // [slots] int32: of the newest token; 1 more after each draw
  at::Tensor tokens;     // [slots] int32: the newest token, which a draw writes
  at::Tensor seen;  // [slots, ceil(vocab / 32)] int32, a bit per token; undefined where no slot
                    // has a penalty
};

// Whether any slot has top_k, top_p or min_p. Without, a step is spared a kernel.
enum class Filters { kNone, kSome };

// Whether the kernels take so many tokens.
bool draws_from(int64_t vocab);

// Of the rows of a step.
struct DrawnRows {
  at::Tensor tokens;    // [n] int32
  at::Tensor logprobs;  // [n] float32: under the softmax of the logits as given
  at::Tensor chunks, thresholds;
  int64_t per_chunk = 0;  // tokens of the vocabulary
};
DrawnRows drawn_rows(const Kernels& kernels, int64_t rows, int64_t vocab, const at::Device& device);

// logits [n, vocab]; slots [n] int32, below zero: the row is passed over.
void sample(const Kernels& kernels, const at::Tensor& logits, const at::Tensor& slots,
            const SlotSampling& sampling, Filters filters, const DrawnRows& drawn);

}  // namespace cudal1::model
