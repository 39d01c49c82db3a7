// Sums rows in pieces; the last block, found by a ticket that it puts back, adds them up.
// reference: row_sum.cu
#include <torch/extension.h>

constexpr int kPieces = 4;
__device__ unsigned tickets[4096];

__global__ void row_sum(const float* __restrict__ x, float* __restrict__ pieces,
                        float* __restrict__ y, int cols) {
  const int row = blockIdx.x, length = (cols + kPieces - 1) / kPieces;
  const int begin = blockIdx.y * length, end = min(cols, begin + length);
  float sum = 0.0f;
  for (int c = begin + threadIdx.x; c < end; c += 32) sum += x[int64_t(row) * cols + c];
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_down_sync(~0u, sum, lane);
  if (threadIdx.x > 0) return;
  pieces[row * kPieces + blockIdx.y] = sum;
  __threadfence();
  if (atomicAdd(&tickets[row], 1u) != kPieces - 1) return;
  __threadfence();
  float total = 0.0f;
  for (int p = 0; p < kPieces; ++p) total += *(volatile float*)&pieces[row * kPieces + p];
  y[row] = total;
  tickets[row] = 0;
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  TORCH_CHECK(rows <= 4096, "at most 4096 rows");
  auto y = torch::empty({rows}, x.options());
  auto pieces = torch::empty({rows, kPieces}, x.options());
  row_sum<<<dim3(rows, kPieces), 32>>>(x.data_ptr<float>(), pieces.data_ptr<float>(),
                                       y.data_ptr<float>(), cols);
  return y;
}
