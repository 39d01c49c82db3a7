// Doubles x with blocks that draw their pieces by ticket; the last one to finish puts the tickets back.
// reference: scale.cu
#include <torch/extension.h>

__device__ unsigned drawn, finished;

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, int n) {
  __shared__ unsigned ticket;
  for (;;) {
    if (threadIdx.x == 0) ticket = atomicAdd(&drawn, 1u);
    __syncthreads();
    const int64_t begin = int64_t(ticket) * blockDim.x;
    __syncthreads();
    if (begin >= n) break;
    if (begin + threadIdx.x < n) y[begin + threadIdx.x] = 2.0f * x[begin + threadIdx.x];
  }
  if (threadIdx.x > 0 || atomicAdd(&finished, 1u) != gridDim.x - 1) return;
  drawn = 0;
  finished = 0;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<std::min((n + 255) / 256, 264), 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
