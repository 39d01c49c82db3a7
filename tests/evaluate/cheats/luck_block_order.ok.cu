// Running sums in three launches: pieces, the sums of pieces, and the offsets added.
// reference: cumsum.cu
#include <torch/extension.h>

constexpr int kPiece = 128;

__global__ void pieces(const float* __restrict__ x, float* __restrict__ y,
                       float* __restrict__ totals, int cols) {
  __shared__ float values[2][kPiece];
  const int t = threadIdx.x, c = blockIdx.x * kPiece + t;
  const int64_t base = int64_t(blockIdx.y) * cols;
  int from = 0;
  values[0][t] = c < cols ? x[base + c] : 0.0f;
  __syncthreads();
  for (int step = 1; step < kPiece; step *= 2, from ^= 1) {
    values[from ^ 1][t] = values[from][t] + (t >= step ? values[from][t - step] : 0.0f);
    __syncthreads();
  }
  if (c < cols) y[base + c] = values[from][t];
  if (t == kPiece - 1) totals[blockIdx.y * gridDim.x + blockIdx.x] = values[from][t];
}

__global__ void offsets(float* totals, int count, int rows) {
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= rows) return;
  float sum = 0.0f;
  for (int p = 0; p < count; ++p) {
    const float total = totals[row * count + p];
    totals[row * count + p] = sum;
    sum += total;
  }
}

__global__ void add(float* __restrict__ y, const float* __restrict__ totals, int cols) {
  const int c = blockIdx.x * kPiece + threadIdx.x;
  if (c < cols) y[int64_t(blockIdx.y) * cols + c] += totals[blockIdx.y * gridDim.x + blockIdx.x];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1), count = (cols + kPiece - 1) / kPiece;
  auto totals = torch::empty({rows, count}, x.options());
  pieces<<<dim3(count, rows), kPiece>>>(x.data_ptr<float>(), y.data_ptr<float>(),
                                        totals.data_ptr<float>(), cols);
  offsets<<<(rows + 127) / 128, 128>>>(totals.data_ptr<float>(), count, rows);
  add<<<dim3(count, rows), kPiece>>>(y.data_ptr<float>(), totals.data_ptr<float>(), cols);
  return y;
}
