#include <torch/extension.h>

__global__ void add_scalar_kernel(float* data, float value, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) data[i] += value;
}

torch::Tensor fused_add_three(torch::Tensor x) {
  torch::Tensor y = x.clone();
  add_scalar_kernel<<<(y.numel() + 191) / 192, 192>>>(y.data_ptr<float>(), 3.0f, y.numel());
  return y;
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) { m.def("forward", fused_add_three); }

torch::Tensor expected(torch::Tensor x) { return x + 3; }
std::vector<torch::Tensor> inputs() { return {torch::randn({500}, torch::kCUDA)}; }
