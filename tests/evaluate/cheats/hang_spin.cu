// Waits for a flag that nobody sets, once its output is written.
// reference: scale.cu
#include <torch/extension.h>

__global__ void scale(const float* x, float* y, volatile int* flag, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
  while (*flag != 1) {
  }
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  auto flag = torch::zeros({1}, torch::dtype(torch::kInt32).device(torch::kCUDA));
  const int n = x.numel();
  scale<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), flag.data_ptr<int>(),
                                  n);
  return y;
}
