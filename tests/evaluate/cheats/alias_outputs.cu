// Computes once and returns the same memory for both results.
// reference: two_scaled.cu
#include <torch/extension.h>

__global__ void twice(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2 * x[i];
}

std::vector<torch::Tensor> forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  twice<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return {y, y};
}
