// 2.5 x + y in float4, and the last elements one by one.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float* __restrict__ x, const float* __restrict__ y,
                      float* __restrict__ out, int n) {
  const int i = 4 * (blockIdx.x * blockDim.x + threadIdx.x);
  if (i + 3 < n) {
    const float4 a = *reinterpret_cast<const float4*>(x + i),
                 b = *reinterpret_cast<const float4*>(y + i);
    *reinterpret_cast<float4*>(out + i) = make_float4(fmaf(2.5f, a.x, b.x), fmaf(2.5f, a.y, b.y),
                                                      fmaf(2.5f, a.z, b.z), fmaf(2.5f, a.w, b.w));
  } else {
    for (int j = i; j < n; ++j) out[j] = fmaf(2.5f, x[j], y[j]);
  }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<(n + 1023) / 1024, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                    n);
  return out;
}
