#include <torch/extension.h>

__global__ void gelu_erf(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.70710678f));
}

torch::Tensor forward(torch::Tensor input) {
  const auto dtype = input.scalar_type();
  auto x = input.to(torch::kFloat).contiguous();
  auto y = torch::empty_like(x, torch::MemoryFormat::Contiguous);
  gelu_erf<<<(x.numel() + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  return dtype == torch::kFloat ? y : y.to(dtype);
}

torch::Tensor expected(torch::Tensor input) { return at::gelu(input.to(at::kFloat)).to(input.scalar_type()); }
std::vector<torch::Tensor> inputs() { return {torch::randn({500}, torch::kCUDA).to(torch::kHalf)}; }
std::vector<torch::Tensor> inputs_strided() { return {torch::randn({20, 30}, torch::kCUDA).t()}; }
std::vector<torch::Tensor> inputs_double() { return {torch::randn({50}, torch::kCUDA).to(torch::kDouble)}; }
