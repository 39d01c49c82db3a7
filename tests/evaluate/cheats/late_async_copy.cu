// Starts an asynchronous copy into shared memory and reads it without waiting for it to end.
// reference: scale.cu
#include <torch/extension.h>

__global__ void scale(const float* x, float* y, int n) {
  __shared__ float staged[256];
  const int i = blockIdx.x * 256 + threadIdx.x;
  const unsigned to = (unsigned)__cvta_generic_to_shared(&staged[threadIdx.x]);
  if (i < n)
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(to), "l"(x + i) : "memory");
  asm volatile("cp.async.commit_group;" ::: "memory");
  if (i < n) y[i] = 2.0f * *(volatile float*)&staged[threadIdx.x];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
