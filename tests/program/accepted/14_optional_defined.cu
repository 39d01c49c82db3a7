#include <torch/extension.h>

__global__ void add_maybe(const float* a, const float* b, float* c, bool has_b, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = has_b ? a[i] + b[i] : a[i];
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b = torch::Tensor()) {
  auto c = torch::empty_like(a);
  const bool has_b = b.defined() && b.numel() > 0;
  const float* b_ptr = has_b ? b.data_ptr<float>() : nullptr;
  const int n = a.numel();
  add_maybe<<<(n + 255) / 256, 256>>>(a.data_ptr<float>(), b_ptr, c.data_ptr<float>(), has_b, n);
  return c;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b = torch::Tensor()) {
  if (b.defined()) return a + b;
  return a.clone();
}
std::vector<torch::Tensor> inputs() { return {torch::randn({100}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_two() { return {torch::randn({101}, torch::kCUDA), torch::randn({101}, torch::kCUDA)}; }
