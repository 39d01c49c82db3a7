// Adds one to x [n]; the blocks pass through a flag.
#include <torch/extension.h>

__global__ void kernel(const float* x, float* y, volatile int* flag, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  while (*flag != 0) {
  }
  if (i < n) y[i] = x[i] + 1.0f;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  auto flag = torch::zeros({1}, x.options().dtype(torch::kInt32));
  const int n = x.numel();
  kernel<<<(n + 127) / 128, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), flag.data_ptr<int>(), n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({40000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({1013}, torch::kCUDA)}; }
