// Computes once and writes both, as halves of one allocation: they do not overlap.
// reference: two_scaled.cu
#include <torch/extension.h>

__global__ void twice(const float* x, float* y, float* z, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  y[i] = 2 * x[i];
  z[i] = 2 * x[i];
}

std::vector<torch::Tensor> forward(torch::Tensor x) {
  const int n = x.numel();
  auto both = torch::empty({2, n}, x.options());
  twice<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), both[0].data_ptr<float>(), both[1].data_ptr<float>(), n);
  return {both[0], both[1]};
}
