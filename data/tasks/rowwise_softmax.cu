// Softmax of each row: y[r, c] = exp(x[r, c] - max_r) / sum_r, x and y of shape [rows, cols].
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#ifndef UNROLL
#define UNROLL 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512, 1024) default(32)
#pragma kernel tune(UNROLL=1, 2, 4, 8) default(1)

// One block per row.
__global__ void softmax_kernel(const float* x, float* y, int cols) {
  constexpr int unroll = UNROLL;
  __shared__ float shared[BLOCK];
  const float* row = x + (int64_t)blockIdx.x * cols;
  float* out = y + (int64_t)blockIdx.x * cols;

  float m = -INFINITY;
#pragma unroll unroll
  for (int c = threadIdx.x; c < cols; c += BLOCK) m = fmaxf(m, row[c]);
  shared[threadIdx.x] = m;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) {
      shared[threadIdx.x] = fmaxf(shared[threadIdx.x], shared[threadIdx.x + step]);
    }
    __syncthreads();
  }
  m = shared[0];
  __syncthreads();

  float sum = 0.0f;
#pragma unroll unroll
  for (int c = threadIdx.x; c < cols; c += BLOCK) {
    float e = expf(row[c] - m);
    out[c] = e;
    sum += e;
  }
  shared[threadIdx.x] = sum;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) shared[threadIdx.x] += shared[threadIdx.x + step];
    __syncthreads();
  }
  sum = shared[0];

#pragma unroll unroll
  for (int c = threadIdx.x; c < cols; c += BLOCK) out[c] = out[c] / sum;
}

torch::Tensor forward(torch::Tensor x) {
  TORCH_CHECK(x.dim() == 2, "expected a matrix");
  x = x.contiguous();
  auto y = torch::empty_like(x);
  const int rows = x.size(0);
  const int cols = x.size(1);
  softmax_kernel<<<rows, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({4096, 2048}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({61, 517}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_row() { return {torch::randn({1, 4099}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_column() { return {torch::randn({19, 1}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_large_values() {
  return {100.0 * torch::randn({33, 129}, torch::kCUDA)};
}
