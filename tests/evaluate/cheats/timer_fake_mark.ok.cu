// 2.5 x + y, an element per thread, through the read-only cache.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float* __restrict__ x, const float* __restrict__ y,
                      float* __restrict__ out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = fmaf(2.5f, __ldg(x + i), __ldg(y + i));
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                  n);
  return out;
}
