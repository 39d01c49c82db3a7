// Doubles a copy of x in place, with the kernel chosen by the type of x.
// reference: scale.cu
#include <torch/extension.h>

template <typename scalar_t>
__global__ void scale_in_place(scalar_t* __restrict__ y, int64_t n, scalar_t factor) {
  const int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] *= factor;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = x.clone();
  const int64_t n = y.numel();
  AT_DISPATCH_FLOATING_TYPES(y.scalar_type(), "scale_in_place", [&] {
    scale_in_place<scalar_t><<<(n + 255) / 256, 256>>>(y.data_ptr<scalar_t>(), n, scalar_t(2));
  });
  return y;
}
