#include <torch/extension.h>

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i];
}

torch::Tensor forward(torch::Tensor x, double factor) {
  return x * factor;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({8}, torch::kCUDA), torch::ones({1}, torch::kCUDA)};
}
