#include <torch/extension.h>
#include <cuda_runtime.h>

#define TAPS 5
__constant__ float taps[TAPS];

__global__ void fir_kernel(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float acc = 0.0f;
  for (int k = 0; k < TAPS; k++) {
    int j = i + k - TAPS / 2;
    if (j >= 0 && j < n) acc += taps[k] * x[j];
  }
  y[i] = acc;
}

torch::Tensor forward(torch::Tensor x) {
  float host_taps[TAPS] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};
  cudaMemcpyToSymbol(taps, host_taps, TAPS * sizeof(float));
  auto y = torch::empty_like(x);
  int n = x.numel();
  fir_kernel<<<(n + 127) / 128, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}

torch::Tensor expected(torch::Tensor x) {
  auto w = torch::tensor({0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f}, x.options()).view({1, 1, 5});
  return torch::conv1d(x.view({1, 1, -1}), w, {}, 1, 2).view({-1});
}
std::vector<torch::Tensor> inputs() { return {torch::randn({999}, torch::kCUDA)}; }
