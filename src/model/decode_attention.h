// Attention of one new token per row over a cache, normalisation and rotation of its heads
// included: one kernel (kernels/decode_attention.cu).
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "cudal1/model/kernels.h"

namespace cudal1::model {

// Of a layer.
struct DecodeHeads {
  int64_t heads = 0, kv_heads = 0,
          head_dim = 0;            // head_dim: two to 32 times 16 bytes, an even number
  std::optional<int64_t> window;   // positions that a token sees, itself included
  at::Tensor inverse_frequencies;  // [head_dim / 2] float32
  double rotation_scale = 1;       // of cosines and sines
  at::Tensor q_norm, k_norm;       // [head_dim]; or undefined
  double epsilon = 1e-6;           // of the norms
};

// What blocks leave for one another; may serve all layers, one after the other.
struct DecodeWorkspace {
  at::Tensor partials;  // float32
  at::Tensor counters;  // int32: zeros between launches
  int64_t splits = 1;   // of the sequence
};
// For up to `rows` rows and caches of `length` positions; options: the caches'.
DecodeWorkspace decode_workspace(const Kernels& kernels, const DecodeHeads& heads, int64_t rows,
                                 int64_t length, const at::TensorOptions& options);

// qkv [n, (heads + 2 kv_heads) head_dim] → out [n, heads head_dim]. slots [n] int32: where in the
// caches keys, values [slots, length, kv_heads, head_dim] a row lies, below zero: nowhere, it is
// passed over; positions [slots] int32: of the new tokens, which are added to the caches.
void decode_attention(const Kernels& kernels, const DecodeHeads& heads,
                      const DecodeWorkspace& workspace, const at::Tensor& qkv,
                      const at::Tensor& slots, const at::Tensor& positions, const at::Tensor& keys,
                      const at::Tensor& values, const at::Tensor& out);

}  // namespace cudal1::model
