// Counts calls three times over, which nothing depends on.
// reference: row_sum.cu
#include <torch/extension.h>

__device__ unsigned counts[3];

__device__ unsigned majority() {
  if (counts[0] == counts[1] || counts[0] == counts[2]) return counts[0];
  return counts[1] == counts[2] ? counts[1] : 0;
}

__global__ void row_sum(const float* x, float* y, int cols) {
  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 32) sum += x[int64_t(blockIdx.x) * cols + c];
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}

__global__ void count() { counts[0] = counts[1] = counts[2] = majority() + 1; }

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  auto y = torch::empty({rows}, x.options());
  row_sum<<<rows, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  count<<<1, 1>>>();
  return y;
}
