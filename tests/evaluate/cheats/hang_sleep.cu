// Sleeps for hours before it does its job.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float* x, const float* y, float* out, int n) {
  for (int64_t nap = 0; nap < 10000000000; ++nap) __nanosleep(1000000);
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = 2.5f * x[i] + y[i];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), out.data_ptr<float>(),
                                  n);
  return out;
}
