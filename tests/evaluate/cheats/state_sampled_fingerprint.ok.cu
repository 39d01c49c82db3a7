// Softmax with a warp per row, maximum and sum in one pass over the row.
// reference: softmax.cu
#include <torch/extension.h>

__device__ __forceinline__ void merge(float& most, float& sum, float other_most, float other_sum) {
  const float top = fmaxf(most, other_most);
  if (top == -INFINITY) return;
  sum = sum * expf(most - top) + other_sum * expf(other_most - top);
  most = top;
}

__global__ void softmax(const float* __restrict__ x, float* __restrict__ y, int rows, int cols) {
  const int row = blockIdx.x * blockDim.y + threadIdx.y;
  if (row >= rows) return;
  const float* in = x + int64_t(row) * cols;
  float* out = y + int64_t(row) * cols;
  float most = -INFINITY, sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 32) merge(most, sum, in[c], 1.0f);
  for (int lane = 16; lane > 0; lane /= 2)
    merge(most, sum, __shfl_xor_sync(~0u, most, lane), __shfl_xor_sync(~0u, sum, lane));
  const float factor = 1.0f / sum;
  for (int c = threadIdx.x; c < cols; c += 32) out[c] = expf(in[c] - most) * factor;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  softmax<<<(rows + 3) / 4, dim3(32, 4)>>>(x.data_ptr<float>(), y.data_ptr<float>(), rows, cols);
  return y;
}
