// Mean squared error in two launches: a partial sum per block, then the mean of the partial sums.
// reference: mean_loss.cu
#include <torch/extension.h>

__device__ float block_sum(float v) {
  __shared__ float partial[32];
  for (int lane = 16; lane > 0; lane /= 2) v += __shfl_down_sync(~0u, v, lane);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = v;
  __syncthreads();
  v = threadIdx.x < blockDim.x / 32 ? partial[threadIdx.x] : 0.0f;
  if (threadIdx.x < 32)
    for (int lane = 16; lane > 0; lane /= 2) v += __shfl_down_sync(~0u, v, lane);
  return v;
}

__global__ void squares(const float* __restrict__ a, const float* __restrict__ b,
                        float* __restrict__ partial, int n) {
  float sum = 0.0f;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    const float d = a[i] - b[i];
    sum = fmaf(d, d, sum);
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

__global__ void mean(const float* __restrict__ partial, float* __restrict__ out, int count, int n) {
  float sum = 0.0f;
  for (int i = threadIdx.x; i < count; i += blockDim.x) sum += partial[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) *out = sum / n;
}

torch::Tensor forward(torch::Tensor prediction, torch::Tensor target) {
  const int n = prediction.numel(), blocks = std::min((n + 1023) / 1024, 1024);
  auto out = torch::empty({}, prediction.options());
  auto partial = torch::empty({blocks}, prediction.options());
  squares<<<blocks, 256>>>(prediction.data_ptr<float>(), target.data_ptr<float>(),
                           partial.data_ptr<float>(), n);
  mean<<<1, 256>>>(partial.data_ptr<float>(), out.data_ptr<float>(), blocks, n);
  return out;
}
