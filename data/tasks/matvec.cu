// Matrix times vector: A [rows, cols], x [cols], y [rows]. LANES threads share a row.
#include <torch/extension.h>

#ifndef LANES
#define LANES 1
#endif
#ifndef ROWS
#define ROWS 32
#endif
#pragma kernel tune(LANES=1, 2, 4, 8, 16, 32) default(1)
#pragma kernel tune(ROWS=2, 4, 8, 16, 32) default(32)

__global__ void matvec_kernel(const float* __restrict__ A, const float* __restrict__ x,
                              float* __restrict__ y, int rows, int cols) {
  __shared__ float part[ROWS * LANES];
  const int row = blockIdx.x * ROWS + threadIdx.x / LANES;
  const int lane = threadIdx.x % LANES;
  float sum = 0.0f;
  if (row < rows) {
    for (int c = lane; c < cols; c += LANES) sum += A[(int64_t)row * cols + c] * x[c];
  }
  part[threadIdx.x] = sum;
  __syncthreads();
  if (lane == 0 && row < rows) {
    for (int k = 1; k < LANES; k++) sum += part[threadIdx.x + k];
    y[row] = sum;
  }
}

torch::Tensor forward(torch::Tensor A, torch::Tensor x) {
  const auto rows = A.size(0);
  const auto cols = A.size(1);
  auto y = torch::empty({rows}, A.options());
  matvec_kernel<<<(rows + ROWS - 1) / ROWS, ROWS * LANES>>>(
      A.data_ptr<float>(), x.data_ptr<float>(), y.data_ptr<float>(), rows, cols);
  return y;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({6144, 2048}, torch::kCUDA), torch::randn({2048}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({91, 1111}, torch::kCUDA), torch::randn({1111}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one_row() {
  return {torch::randn({1, 5000}, torch::kCUDA), torch::randn({5000}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one() {
  return {torch::randn({1, 1}, torch::kCUDA), torch::randn({1}, torch::kCUDA)};
}
