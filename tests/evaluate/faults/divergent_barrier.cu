// Doubles every 64 elements of x [n] by way of two reversals, n a multiple of 64.
#include <torch/extension.h>

__global__ void kernel(const float* x, float* y) {
  __shared__ float first[64];
  __shared__ float second[64];
  int t = threadIdx.x;
  first[t] = x[blockIdx.x * 64 + t];
  if (t < 32) __syncthreads();  // FAULT
  second[t] = 2.0f * first[63 - t];
  __syncthreads();
  y[blockIdx.x * 64 + t] = second[63 - t];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  kernel<<<x.numel() / 64, 64>>>(x.data_ptr<float>(), y.data_ptr<float>());
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({512 * 64}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_block() { return {torch::randn({64}, torch::kCUDA)}; }
