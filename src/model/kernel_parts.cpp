#include "kernel_parts.h"

#include <ATen/ATen.h>

#include "kernel_name.h"

namespace cudal1::model {

int64_t vector_size(at::ScalarType type) { return 16 / int64_t(c10::elementSize(type)); }

bool fit(const Kernels* kernels, std::initializer_list<at::Tensor> tensors) {
  if (!kernels) return false;
  const at::ScalarType type = tensors.begin()->scalar_type();
  if (type != at::kFloat && type != at::kHalf && type != at::kBFloat16) return false;
  for (const at::Tensor& tensor : tensors) {
    if (!tensor.defined()) continue;
    if (!tensor.is_cuda() || !tensor.is_contiguous() || tensor.scalar_type() != type ||
        tensor.size(-1) % vector_size(type) != 0 ||
        reinterpret_cast<uintptr_t>(tensor.const_data_ptr()) % 16 != 0)
      return false;
  }
  return true;
}

const void* data_of(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr() : nullptr;
}

std::optional<at::Tensor> if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

at::Tensor summed_up(const Kernels& kernels, const at::Tensor& partials, at::ScalarType type) {
  const int64_t width = partials.size(1);
  at::Tensor sum = at::empty({width}, partials.options().dtype(type));
  launch(kernels, "rms_norm", kernel_name("norm_weight_gradient", type),
         {{uint32_t((width + 31) / 32), 1, 1}, {32, 32, 1}}, partials.const_data_ptr(),
         sum.mutable_data_ptr(), int(partials.size(0)), int(width));
  return sum;
}

}  // namespace cudal1::model
