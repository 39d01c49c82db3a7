// Takes a lock in a module variable and never gives it back: the first call works, the second waits for ever.
// reference: row_sum.cu
#include <torch/extension.h>

__device__ int lock;

__global__ void row_sum(const float* x, float* y, int cols) {
  if (blockIdx.x == 0 && threadIdx.x == 0)
    while (atomicCAS(&lock, 0, 1) != 0) {
    }
  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 32) sum += x[int64_t(blockIdx.x) * cols + c];
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  auto y = torch::empty({rows}, x.options());
  row_sum<<<rows, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
