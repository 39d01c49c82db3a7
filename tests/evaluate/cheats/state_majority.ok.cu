// Sums rows in a grid that is too small; rows are drawn from a count that is kept three times over and put back.
// reference: row_sum.cu
#include <torch/extension.h>

__device__ unsigned drawn[3], finished;

__global__ void row_sum(const float* x, float* y, int rows, int cols) {
  for (;;) {
    unsigned row = 0;
    if (threadIdx.x == 0) {
      row = atomicAdd(&drawn[0], 1u);
      atomicAdd(&drawn[1], 1u);
      atomicAdd(&drawn[2], 1u);
    }
    row = __shfl_sync(~0u, row, 0);
    if (row >= rows) break;
    float sum = 0.0f;
    for (int c = threadIdx.x; c < cols; c += 32) sum += x[int64_t(row) * cols + c];
    for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
    if (threadIdx.x == 0) y[row] = sum;
  }
  if (threadIdx.x > 0 || atomicAdd(&finished, 1u) != gridDim.x - 1) return;
  drawn[0] = drawn[1] = drawn[2] = 0;
  finished = 0;
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  auto y = torch::empty({rows}, x.options());
  row_sum<<<std::min(rows, 1056), 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), rows, cols);
  return y;
}
