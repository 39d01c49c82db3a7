#include <torch/extension.h>

template <typename T, int BLOCK>
__global__ void fill(T* y, int n) {
  int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i < n) y[i] = T(1);
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  fill<<<(n + 255) / 256, 256>>>(y.data_ptr<float>(), n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({1024}, torch::kCUDA)}; }
