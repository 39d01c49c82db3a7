#include <torch/extension.h>

__global__ void scale(const float* x, const float* factor, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = factor[i % 4] * x[i];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  auto factor = torch::arange(4, torch::kFloat32);
  const int n = x.numel();
  const float* factors = factor.data_ptr<float>();  // FAULT
  scale<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), factors, y.data_ptr<float>(), n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({1013}, torch::kCUDA)}; }
