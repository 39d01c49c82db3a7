// Adds the sums of blocks under a lock that every block gives back.
// reference: mean_loss.cu
#include <torch/extension.h>

__device__ int lock;

__global__ void loss(const float* __restrict__ a, const float* __restrict__ b,
                     float* __restrict__ out, int n) {
  __shared__ float partial[8];
  float sum = 0.0f;
  for (int i = blockIdx.x * 256 + threadIdx.x; i < n; i += gridDim.x * 256)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x > 0) return;
  for (int warp = 1; warp < 8; ++warp) sum += partial[warp];
  while (atomicCAS(&lock, 0, 1) != 0) {
  }
  __threadfence();
  *(volatile float*)out = *(volatile float*)out + sum / n;
  __threadfence();
  atomicExch(&lock, 0);
}

torch::Tensor forward(torch::Tensor prediction, torch::Tensor target) {
  auto out = torch::zeros({}, prediction.options());
  const int n = prediction.numel();
  loss<<<std::min((n + 255) / 256, 132), 256>>>(prediction.data_ptr<float>(),
                                                target.data_ptr<float>(), out.data_ptr<float>(), n);
  return out;
}
