// Doubles x with a loop that ends: blocks take the next piece until there is none.
// reference: scale.cu
#include <torch/extension.h>

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, int n, int pieces) {
  int piece = blockIdx.x;
  while (piece < pieces) {
    const int i = piece * blockDim.x + threadIdx.x;
    if (i < n) y[i] = x[i] + x[i];
    piece += gridDim.x;
  }
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel(), pieces = (n + 255) / 256;
  scale<<<std::min(pieces, 1056), 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n, pieces);
  return y;
}
