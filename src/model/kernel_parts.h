// What launches of the project's kernels share.
#pragma once

#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <optional>

#include "cudal1/model/kernels.h"

namespace cudal1::model {

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Elements of 16 bytes.
int64_t vector_size(at::ScalarType type);
// Whether kernels read these: there are kernels, all are contiguous, on a GPU, of one floating type
// that kernels know, and their rows are made of whole vectors. Undefined ones are passed over.
bool fit(const Kernels* kernels, std::initializer_list<at::Tensor> tensors);
// Null where it is undefined.
const void* data_of(const at::Tensor& tensor);
// Absent where it is undefined: what autograd takes for an input that is not there.
std::optional<at::Tensor> if_defined(const at::Tensor& tensor);

// What norm_weight_gradient of kernels/rms_norm.cu makes of partial sums [count, width]: their sum
// [width], of type `type`.
at::Tensor summed_up(const Kernels& kernels, const at::Tensor& partials, at::ScalarType type);

}  // namespace cudal1::model
