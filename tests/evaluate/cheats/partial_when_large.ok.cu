// Transposes through padded tiles in shared memory: both sides move in whole lines.
// reference: transpose.cu
#include <torch/extension.h>

__global__ void transpose(const float* __restrict__ x, float* __restrict__ y, int rows, int cols) {
  __shared__ float tile[32][33];
  const int c = blockIdx.x * 32 + threadIdx.x, r0 = blockIdx.y * 32;
  for (int r = threadIdx.y; r < 32; r += 8)
    if (r0 + r < rows && c < cols) tile[r][threadIdx.x] = x[int64_t(r0 + r) * cols + c];
  __syncthreads();
  const int row = r0 + threadIdx.x, c0 = blockIdx.x * 32;
  for (int r = threadIdx.y; r < 32; r += 8)
    if (row < rows && c0 + r < cols) y[int64_t(c0 + r) * rows + row] = tile[threadIdx.x][r];
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  auto y = torch::empty({cols, rows}, x.options());
  transpose<<<dim3((cols + 31) / 32, (rows + 31) / 32), dim3(32, 8)>>>(
      x.data_ptr<float>(), y.data_ptr<float>(), rows, cols);
  return y;
}
