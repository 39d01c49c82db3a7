#include <torch/extension.h>

__global__ void shift_kernel(const float* x, float* y, float by, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] + by;
}

torch::Tensor forward(torch::Tensor x) {
  const int threads = 128;
  auto blocks = [](int64_t n, int t) { return (n + t - 1) / t; };
  auto shifted = [&](const torch::Tensor& t, float by) {
    auto out = torch::empty_like(t);
    shift_kernel<<<blocks(t.numel(), threads), threads>>>(t.data_ptr<float>(), out.data_ptr<float>(), by, t.numel());
    return out;
  };
  auto up = shifted(x, 1.0f);
  return shifted(up, 0.5f) * up;
}

torch::Tensor expected(torch::Tensor x) { return (x + 1.5) * (x + 1.0); }
std::vector<torch::Tensor> inputs() { return {torch::randn({9, 99}, torch::kCUDA)}; }
