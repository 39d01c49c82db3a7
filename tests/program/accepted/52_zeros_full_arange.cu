#include <torch/extension.h>

__global__ void accumulate(const float* a, const float* b, const float* c, float* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] += a[i] * b[i] + c[i];
}

torch::Tensor forward(torch::Tensor x) {
  const auto n = x.numel();
  auto ones = torch::ones_like(x);
  auto sevens = torch::full_like(x, 7.0);
  auto ramp = torch::arange(0, n, x.options());
  auto line = torch::linspace(0, 1, n, x.options());
  auto half = torch::full({n}, 0.5, x.options());
  auto out = torch::zeros_like(x);
  accumulate<<<(n + 63) / 64, 64>>>(x.data_ptr<float>(), sevens.data_ptr<float>(), ramp.data_ptr<float>(), out.data_ptr<float>(), n);
  accumulate<<<(n + 63) / 64, 64>>>(half.data_ptr<float>(), line.data_ptr<float>(), ones.data_ptr<float>(), out.data_ptr<float>(), n);
  return out;
}

torch::Tensor expected(torch::Tensor x) {
  auto i = torch::arange(0, x.numel(), x.options());
  return 7 * x + i + 0.5 * torch::linspace(0, 1, x.numel(), x.options()) + 1;
}
std::vector<torch::Tensor> inputs() { return {torch::randn({150}, torch::kCUDA)}; }
