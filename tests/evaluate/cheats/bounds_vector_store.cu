// Rounds the number of elements up to float4 and writes up to three past the end of its output.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float4* x, const float4* y, float4* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float4 a = x[i], b = y[i];
  out[i] = make_float4(2.5f * a.x + b.x, 2.5f * a.y + b.y, 2.5f * a.z + b.z, 2.5f * a.w + b.w);
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = (x.numel() + 3) / 4;
  saxpy<<<(n + 255) / 256, 256>>>((const float4*)x.data_ptr<float>(),
                                  (const float4*)y.data_ptr<float>(),
                                  (float4*)out.data_ptr<float>(), n);
  return out;
}
