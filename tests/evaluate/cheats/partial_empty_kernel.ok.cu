// Softmax with a block per row that keeps the row in shared memory.
// reference: softmax.cu
#include <torch/extension.h>

template <typename Combine>
__device__ float reduced(float v, float* shared, Combine combine) {
  for (int lane = 16; lane > 0; lane /= 2) v = combine(v, __shfl_xor_sync(~0u, v, lane));
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = v;
  __syncthreads();
  v = shared[0];
  for (int warp = 1; warp < blockDim.x / 32; ++warp) v = combine(v, shared[warp]);
  __syncthreads();
  return v;
}

__global__ void softmax(const float* __restrict__ x, float* __restrict__ y, int cols) {
  extern __shared__ float row[];  // [cols]
  __shared__ float shared[8];
  float most = -INFINITY, sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) {
    row[c] = x[int64_t(blockIdx.x) * cols + c];
    most = fmaxf(most, row[c]);
  }
  most = reduced(most, shared, [](float a, float b) { return fmaxf(a, b); });
  for (int c = threadIdx.x; c < cols; c += blockDim.x) {
    row[c] = expf(row[c] - most);
    sum += row[c];
  }
  sum = reduced(sum, shared, [](float a, float b) { return a + b; });
  for (int c = threadIdx.x; c < cols; c += blockDim.x)
    y[int64_t(blockIdx.x) * cols + c] = row[c] / sum;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  softmax<<<rows, 256, cols * sizeof(float)>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
