// Doubles x in a single block that strides over it.
// reference: scale.cu
#include <torch/extension.h>

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, int n) {
  for (int i = threadIdx.x; i < n; i += blockDim.x) y[i] = 2.0f * x[i];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  scale<<<1, 1024>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  return y;
}
