// Maximum of each row: x [rows, cols] to y [rows]. LANES threads share a row, ROWS rows share a
// block.
#include <torch/extension.h>

#ifndef LANES
#define LANES 1
#endif
#ifndef ROWS
#define ROWS 32
#endif
#pragma kernel tune(LANES=1, 2, 4, 8, 16, 32) default(1)
#pragma kernel tune(ROWS=4, 8, 16, 32) default(32)

__global__ void max_rows(const float* x, float* y, int rows, int cols) {
  __shared__ float best[ROWS][LANES];
  int row = blockIdx.x * ROWS + threadIdx.y;
  float m = -INFINITY;
  if (row < rows) {
    for (int c = threadIdx.x; c < cols; c += LANES) m = fmaxf(m, x[row * cols + c]);
  }
  best[threadIdx.y][threadIdx.x] = m;
  __syncthreads();
  if (threadIdx.x == 0 && row < rows) {
    for (int k = 1; k < LANES; k++) m = fmaxf(m, best[threadIdx.y][k]);
    y[row] = m;
  }
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0);
  const int cols = x.size(1);
  auto y = torch::empty({rows}, x.options());
  dim3 block(LANES, ROWS);
  max_rows<<<(rows + ROWS - 1) / ROWS, block>>>(x.data_ptr<float>(), y.data_ptr<float>(), rows,
                                                cols);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({8192, 1024}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({77, 513}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_row() { return {torch::randn({1, 3000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_column() { return {torch::randn({130, 1}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_negative() {
  return {-1.0 - torch::rand({33, 31}, torch::kCUDA)};
}
