#include <torch/extension.h>

__global__ void add3(const float* a, const float* b, const float* c, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a[i] + b[i] + c[i];
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b, torch::Tensor c) {
  auto y = torch::empty_like(a);
  const float* pa = (const float*)a.data_ptr();
  const float* __restrict__ pb = b.const_data_ptr<float>();
  auto pc = static_cast<const float*>(c.const_data_ptr());
  float* py = y.mutable_data_ptr<float>();
  const int n = a.numel(), half = n / 2;
  // The second half by offsets into the same arrays.
  add3<<<(half + 31) / 32, 32>>>(pa, pb, pc, py, half);
  add3<<<(n - half + 31) / 32, 32>>>(pa + half, pb + half, &pc[half], py + half, n - half);
  return y;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b, torch::Tensor c) { return a + b + c; }
std::vector<torch::Tensor> inputs() {
  return {torch::randn({501}, torch::kCUDA), torch::randn({501}, torch::kCUDA), torch::randn({501}, torch::kCUDA)};
}
