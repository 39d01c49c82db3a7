#include <torch/extension.h>
#include <cuda_runtime.h>

__global__ void add_one(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] + 1.0f;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  cudaDeviceSynchronize();
  add_one<<<(x.numel() + 255) / 256, 256, 0, stream>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  cudaStreamSynchronize(stream);
  cudaStreamDestroy(stream);
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x + 1; }
std::vector<torch::Tensor> inputs() { return {torch::randn({640}, torch::kCUDA)}; }
