#include <torch/extension.h>

__global__ void scale_f(const float* x, float* y, float s, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = s * x[i];
}

__global__ void scale_by(const float* x, const float* s, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = s[i] * x[i];
}

torch::Tensor scaled(const torch::Tensor& x, double s) {
  auto y = torch::empty_like(x);
  scale_f<<<(x.numel() + 63) / 64, 64>>>(x.data_ptr<float>(), y.data_ptr<float>(), s, x.numel());
  return y;
}

torch::Tensor scaled(const torch::Tensor& x, const torch::Tensor& s) {
  auto y = torch::empty_like(x);
  scale_by<<<(x.numel() + 63) / 64, 64>>>(x.data_ptr<float>(), s.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  return y;
}

torch::Tensor forward(torch::Tensor x, torch::Tensor s) { return scaled(scaled(x, s), 3.0); }
torch::Tensor expected(torch::Tensor x, torch::Tensor s) { return 3 * x * s; }
std::vector<torch::Tensor> inputs() { return {torch::randn({90}, torch::kCUDA), torch::randn({90}, torch::kCUDA)}; }
