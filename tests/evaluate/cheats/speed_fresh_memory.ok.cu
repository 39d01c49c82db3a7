// Chooses a path by the size alone, and none by what fresh memory holds.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float* x, const float* y, float* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = 2.5f * x[i] + y[i];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  if (n == 0) return out;
  saxpy<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                  n);
  return out;
}
