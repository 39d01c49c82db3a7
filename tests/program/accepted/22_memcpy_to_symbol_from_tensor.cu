#include <torch/extension.h>
#include <cuda_runtime.h>

__constant__ float c_weight[64];

__global__ void weighted(const float* x, float* y, int width, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] * c_weight[i % width];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight) {
  const int width = weight.numel();
  TORCH_CHECK(width <= 64, "at most 64 weights");
  cudaMemcpyToSymbol(c_weight, weight.data_ptr<float>(), width * sizeof(float), 0, cudaMemcpyDeviceToDevice);
  auto y = torch::empty_like(x);
  const int n = x.numel();
  weighted<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), width, n);
  return y;
}

torch::Tensor expected(torch::Tensor x, torch::Tensor weight) { return x * weight; }
std::vector<torch::Tensor> inputs() { return {torch::randn({20, 33}, torch::kCUDA), torch::randn({33}, torch::kCUDA)}; }
