// Never gives its lock back: the first call works, the second waits for ever.
// reference: mean_loss.cu
#include <torch/extension.h>

__device__ int lock;

__global__ void loss(const float* a, const float* b, float* out, int n) {
  __shared__ float partial[8];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < n; i += 256) sum += (a[i] - b[i]) * (a[i] - b[i]);
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x > 0) return;
  for (int warp = 1; warp < 8; ++warp) sum += partial[warp];
  while (atomicCAS(&lock, 0, 1) != 0) {
  }
  *out = sum / n;
}

torch::Tensor forward(torch::Tensor prediction, torch::Tensor target) {
  auto out = torch::empty({}, prediction.options());
  loss<<<1, 256>>>(prediction.data_ptr<float>(), target.data_ptr<float>(), out.data_ptr<float>(),
                   prediction.numel());
  return out;
}
