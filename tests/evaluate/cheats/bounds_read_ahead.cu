// Sums rows in whole steps of 32 and multiplies what it reads behind the last row by zero.
// reference: row_sum.cu
#include <torch/extension.h>

__global__ void row_sum(const float* x, float* y, int cols) {
  float sum = 0.0f;
  for (int c0 = 0; c0 < cols; c0 += 32) {
    const float v = x[int64_t(blockIdx.x) * cols + c0 + threadIdx.x];
    sum += c0 + threadIdx.x < cols ? v : v * 0.0f;
  }
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  auto y = torch::empty({rows}, x.options());
  row_sum<<<rows, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
