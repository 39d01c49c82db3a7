// 2.5 x + y, four elements per thread written out by a macro.
// reference: saxpy.cu
#include <torch/extension.h>

#define ONE(k)                    \
  if (first + (k)*blockDim.x < n) \
    out[first + (k)*blockDim.x] = 2.5f * x[first + (k)*blockDim.x] + y[first + (k)*blockDim.x];
#define TWO(k) ONE(k) ONE((k) + 1)
#define FOUR(k) TWO(k) TWO((k) + 2)

__global__ void saxpy(const float* __restrict__ x, const float* __restrict__ y,
                      float* __restrict__ out, int n) {
  const int first = blockIdx.x * blockDim.x * 4 + threadIdx.x;
  FOUR(0)
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<(n + 1023) / 1024, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                    n);
  return out;
}
