// Square root of |x| of x [n].
#include <torch/extension.h>

__global__ void kernel(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float v = fabsf(x[i]);
  if (v < 0.0f) __trap();
  y[i] = sqrtf(v);
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  kernel<<<(n + 127) / 128, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({40000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({1013}, torch::kCUDA)}; }
