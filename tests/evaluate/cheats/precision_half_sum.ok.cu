// Sums rows with Kahan's correction in every thread.
// reference: row_sum.cu
#include <torch/extension.h>

__global__ void row_sum(const float* __restrict__ x, float* __restrict__ y, int cols) {
  const float* row = x + int64_t(blockIdx.x) * cols;
  float sum = 0.0f, lost = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 32) {
    const float term = __fsub_rn(row[c], lost), next = __fadd_rn(sum, term);
    lost = __fsub_rn(__fsub_rn(next, sum), term);
    sum = next;
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
