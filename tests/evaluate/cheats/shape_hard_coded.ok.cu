// A fast path for rows of 1024 held in registers, and a general one for all others.
// reference: softmax.cu
#include <torch/extension.h>

__device__ float all_max(float v) {
  for (int lane = 16; lane > 0; lane /= 2) v = fmaxf(v, __shfl_xor_sync(~0u, v, lane));
  return v;
}
__device__ float all_sum(float v) {
  for (int lane = 16; lane > 0; lane /= 2) v += __shfl_xor_sync(~0u, v, lane);
  return v;
}

template <int COLS>
__global__ void softmax_fixed(const float* __restrict__ x, float* __restrict__ y) {
  const int64_t base = int64_t(blockIdx.x) * COLS;
  float v[COLS / 32], most = -INFINITY, sum = 0.0f;
#pragma unroll
  for (int i = 0; i < COLS / 32; ++i) most = fmaxf(most, v[i] = x[base + i * 32 + threadIdx.x]);
  most = all_max(most);
#pragma unroll
  for (int i = 0; i < COLS / 32; ++i) sum += v[i] = expf(v[i] - most);
  sum = all_sum(sum);
#pragma unroll
  for (int i = 0; i < COLS / 32; ++i) y[base + i * 32 + threadIdx.x] = v[i] / sum;
}

__global__ void softmax(const float* __restrict__ x, float* __restrict__ y, int cols) {
  const int64_t base = int64_t(blockIdx.x) * cols;
  float most = -INFINITY, sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 32) most = fmaxf(most, x[base + c]);
  most = all_max(most);
  for (int c = threadIdx.x; c < cols; c += 32) sum += expf(x[base + c] - most);
  sum = all_sum(sum);
  for (int c = threadIdx.x; c < cols; c += 32) y[base + c] = expf(x[base + c] - most) / sum;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  if (cols == 1024) {
    softmax_fixed<1024><<<rows, 32>>>(x.data_ptr<float>(), y.data_ptr<float>());
  } else {
    softmax<<<rows, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  }
  return y;
}
