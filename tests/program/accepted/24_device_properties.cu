#include <torch/extension.h>
#include <cuda_runtime.h>

__global__ void cube_kernel(const float* x, float* y, long long n) {
  long long step = (long long)blockDim.x * gridDim.x;
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += step) y[i] = x[i] * x[i] * x[i];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  int device = 0;
  cudaGetDevice(&device);
  cudaDeviceProp prop;
  cudaGetDeviceProperties(&prop, device);
  int threads = std::min(256, prop.maxThreadsPerBlock);
  int blocks = std::min((int)((x.numel() + threads - 1) / threads), prop.multiProcessorCount * 4);
  cube_kernel<<<blocks, threads>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x * x * x; }
std::vector<torch::Tensor> inputs() { return {torch::randn({6000}, torch::kCUDA)}; }
