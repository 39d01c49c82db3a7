// 2.5 x + y in float2, the last element by the thread that finds half a pair.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float* __restrict__ x, const float* __restrict__ y,
                      float* __restrict__ out, int n) {
  const int pair = blockIdx.x * blockDim.x + threadIdx.x;
  if (2 * pair + 1 < n) {
    const float2 a = reinterpret_cast<const float2*>(x)[pair],
                 b = reinterpret_cast<const float2*>(y)[pair];
    reinterpret_cast<float2*>(out)[pair] = make_float2(fmaf(2.5f, a.x, b.x), fmaf(2.5f, a.y, b.y));
  } else if (2 * pair < n) {
    out[2 * pair] = fmaf(2.5f, x[2 * pair], y[2 * pair]);
  }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<(n + 511) / 512, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                  n);
  return out;
}
