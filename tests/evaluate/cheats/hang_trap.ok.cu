// GELU in an extern "C" kernel with an assertion that holds.
// reference: gelu.cu
#include <torch/extension.h>

extern "C" __global__ void gelu(const float* x, float* y, int n) {
  assert(n > 0);
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const float v = x[i];
  y[i] = v * 0.5f * erfcf(-v * 0.70710678f);
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  gelu<<<(n + 127) / 128, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
