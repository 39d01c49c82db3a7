// Linear layers of the few rows that a decoding step has, each a single kernel with what comes
// before and after it (kernels/skinny_linear.cu).
#pragma once

#include <ATen/core/Tensor.h>

#include "cudal1/model/kernels.h"

namespace cudal1::model {

constexpr int64_t kSkinnyRows = 4;  // at most
// Whether so many rows of x lie in shared memory together.
bool fits_skinny_linear(const at::Tensor& weight, int64_t batch);

struct SkinnyLinear {
  at::Tensor weight;      // [N, K]; with kSwiglu [2 N, K]: gates, then ups. K: whole 16 bytes
  at::Tensor bias;        // as many as weight has rows; or undefined
  at::Tensor norm;        // [K]: x is RMS-normalised first; or undefined
  double epsilon = 1e-6;  // of the norm
};

enum class Then { kStore, kAdd, kSwiglu };

// x [B, K] → y [B, N], B <= kSkinnyRows: with kAdd onto what y holds. Everything is contiguous, on
// the GPU and of one type.
void skinny_linear(const Kernels& kernels, const SkinnyLinear& layer, Then then,
                   const at::Tensor& x, const at::Tensor& y);

}  // namespace cudal1::model
