#include <torch/extension.h>
#include <vector>

__global__ void fma_kernel(const float* x, float* acc, float w, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) acc[i] += w * x[i];
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b, torch::Tensor c) {
  std::vector<torch::Tensor> parts = {a, b, c};
  std::vector<torch::Tensor> halves;
  auto acc = torch::zeros_like(a);
  float w = 1.0f;
  for (const auto& t : parts) {
    fma_kernel<<<(t.numel() + 127) / 128, 128>>>(t.data_ptr<float>(), acc.data_ptr<float>(), w, t.numel());
    halves.push_back(t / 2);
    w *= 0.5f;
  }
  halves.push_back(acc);
  return torch::stack(halves, 0) + torch::cat({a, b, c, acc}, 0).view({4, -1});
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b, torch::Tensor c) {
  auto acc = a + 0.5 * b + 0.25 * c;
  return torch::stack({1.5 * a, 1.5 * b, 1.5 * c, 2 * acc});
}
std::vector<torch::Tensor> inputs() {
  return {torch::randn({300}, torch::kCUDA), torch::randn({300}, torch::kCUDA), torch::randn({300}, torch::kCUDA)};
}
