// Doubles x through two buffers filled asynchronously, and waits for each before it is used.
// reference: scale.cu
#include <torch/extension.h>

__device__ void fetch(float* to, const float* from) {
  const unsigned address = (unsigned)__cvta_generic_to_shared(to);
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(address), "l"(from) : "memory");
}

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, int n) {
  __shared__ float staged[2][128];
  const int stride = gridDim.x * 128, first = blockIdx.x * 128 + threadIdx.x;
  if (first < n) fetch(&staged[0][threadIdx.x], x + first);
  asm volatile("cp.async.commit_group;" ::: "memory");
  for (int i = first, turn = 0; i < n; i += stride, turn ^= 1) {
    if (i + stride < n) fetch(&staged[turn ^ 1][threadIdx.x], x + i + stride);
    asm volatile("cp.async.commit_group;" ::: "memory");
    asm volatile("cp.async.wait_group 1;" ::: "memory");
    y[i] = 2.0f * staged[turn][threadIdx.x];
  }
  asm volatile("cp.async.wait_all;" ::: "memory");
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<(n + 511) / 512, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
