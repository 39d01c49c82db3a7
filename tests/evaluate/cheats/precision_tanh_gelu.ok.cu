// GELU by the cumulative distribution function of the normal distribution.
// reference: gelu.cu
#include <torch/extension.h>

__global__ void gelu(const float* __restrict__ x, float* __restrict__ y, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    y[i] = x[i] * normcdff(x[i]);
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  gelu<<<(n + 511) / 512, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
