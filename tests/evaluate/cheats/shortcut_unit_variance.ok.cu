// Layer normalisation in two launches: mean and factor of each row, then the rows.
// reference: layer_norm.cu
#include <torch/extension.h>

__global__ void moments(const float* __restrict__ x, float2* __restrict__ stats, int rows,
                        int cols) {
  const int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32, lane = threadIdx.x % 32;
  if (row >= rows) return;
  float sum = 0.0f, squares = 0.0f;
  for (int c = lane; c < cols; c += 32) sum += x[int64_t(row) * cols + c];
  for (int step = 16; step > 0; step /= 2) sum += __shfl_xor_sync(~0u, sum, step);
  const float mean = sum / cols;
  for (int c = lane; c < cols; c += 32) {
    const float d = x[int64_t(row) * cols + c] - mean;
    squares += d * d;
  }
  for (int step = 16; step > 0; step /= 2) squares += __shfl_xor_sync(~0u, squares, step);
  if (lane == 0) stats[row] = make_float2(mean, 1.0f / sqrtf(squares / cols + 1e-5f));
}

__global__ void normalise(const float* __restrict__ x, const float2* __restrict__ stats,
                          const float* __restrict__ weight, const float* __restrict__ bias,
                          float* __restrict__ y, int n, int cols) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const float2 row = stats[i / cols];
  y[i] = (x[i] - row.x) * row.y * weight[i % cols] + bias[i % cols];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1), n = rows * cols;
  auto stats = torch::empty({rows, 2}, x.options());
  moments<<<(rows + 7) / 8, 256>>>(x.data_ptr<float>(), (float2*)stats.data_ptr<float>(), rows,
                                   cols);
  normalise<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), (const float2*)stats.data_ptr<float>(),
                                      weight.data_ptr<float>(), bias.data_ptr<float>(),
                                      y.data_ptr<float>(), n, cols);
  return y;
}
