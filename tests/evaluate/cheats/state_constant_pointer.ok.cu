// 2.5 x + y with the factor in constant memory, as the file says it.
// reference: saxpy.cu
#include <torch/extension.h>

__constant__ float factor = 2.5f;

__global__ void saxpy(const float* __restrict__ x, const float* __restrict__ y,
                      float* __restrict__ out, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    out[i] = fmaf(factor, x[i], y[i]);
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<(n + 511) / 512, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                  n);
  return out;
}
