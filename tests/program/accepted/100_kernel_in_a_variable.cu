#include <torch/extension.h>

template <typename T, int kItems>
__global__ void scale(const T* x, T* y, T a, int n) {
  extern __shared__ char unused[];
  for (int k = 0; k < kItems; ++k) {
    const int i = (blockIdx.x * kItems + k) * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i];
  }
}

__global__ void shift(float* y, float b, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += b;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel(), bytes = 4096;
  auto kernel = &scale<float, 2>;
  if (bytes > 1024)
    cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  kernel<<<(n + 127) / 128, 64, bytes>>>(x.data_ptr<float>(), y.data_ptr<float>(), 3.0f, n);
  auto* then = shift;
  then<<<(n + 63) / 64, 64>>>(y.data_ptr<float>(), 1.0f, n);
  return y;
}

torch::Tensor expected(torch::Tensor x) { return 3 * x + 1; }
std::vector<torch::Tensor> inputs() { return {torch::randn({1003}, torch::kCUDA)}; }
