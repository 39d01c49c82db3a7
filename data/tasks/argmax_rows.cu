// Index of the largest value of each row, the first one on ties: x [rows, cols] to y [rows]
// (int64).
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512, 1024) default(32)

__global__ void argmax_kernel(const float* x, int64_t* y, int cols) {
  __shared__ float value[BLOCK];
  __shared__ int index[BLOCK];
  const float* row = x + (int64_t)blockIdx.x * cols;
  float best = -INFINITY;
  int best_index = cols;
  for (int c = threadIdx.x; c < cols; c += BLOCK) {
    if (row[c] > best || best_index == cols) {
      best = row[c];
      best_index = c;
    }
  }
  value[threadIdx.x] = best;
  index[threadIdx.x] = best_index;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) {
      float v = value[threadIdx.x + step];
      int i = index[threadIdx.x + step];
      if (v > value[threadIdx.x] || (v == value[threadIdx.x] && i < index[threadIdx.x])) {
        value[threadIdx.x] = v;
        index[threadIdx.x] = i;
      }
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) y[blockIdx.x] = index[0];
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0);
  const int cols = x.size(1);
  auto y = torch::empty({rows}, x.options().dtype(torch::kInt64));
  argmax_kernel<<<rows, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<int64_t>(), cols);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({4096, 3000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({87, 501}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_row() { return {torch::randn({1, 2050}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_column() { return {torch::randn({9, 1}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_ties() {
  return {torch::randint(0, 4, {40, 300}, torch::kCUDA).to(torch::kFloat32)};
}
