// Mean cross entropy: logits [rows, classes], labels [rows] (int64), loss [1]. LANES threads share
// a row and find its loss; a second kernel averages the losses.
#include <torch/extension.h>

#ifndef LANES
#define LANES 1
#endif
#ifndef ROWS
#define ROWS 32
#endif
#pragma kernel tune(LANES=1, 4, 8, 16, 32) default(1)
#pragma kernel tune(ROWS=2, 4, 8, 16, 32) default(32)

__global__ void row_loss(const float* logits, const int64_t* labels, float* losses, int rows,
                         int classes) {
  __shared__ float part[ROWS][LANES];
  int row = blockIdx.x * ROWS + threadIdx.y;
  int lane = threadIdx.x;
  const float* z = logits + (int64_t)row * classes;

  float m = -INFINITY;
  if (row < rows) {
    for (int c = lane; c < classes; c += LANES) m = fmaxf(m, z[c]);
  }
  part[threadIdx.y][lane] = m;
  __syncthreads();
  for (int k = 0; k < LANES; k++) m = fmaxf(m, part[threadIdx.y][k]);
  __syncthreads();

  float sum = 0.0f;
  if (row < rows) {
    for (int c = lane; c < classes; c += LANES) sum += expf(z[c] - m);
  }
  part[threadIdx.y][lane] = sum;
  __syncthreads();
  if (row < rows && lane == 0) {
    float total = 0.0f;
    for (int k = 0; k < LANES; k++) total += part[threadIdx.y][k];
    losses[row] = logf(total) + m - z[labels[row]];
  }
}

__global__ void mean_kernel(const float* losses, float* loss, int rows) {
  __shared__ float part[128];
  float sum = 0.0f;
  for (int r = threadIdx.x; r < rows; r += 128) sum += losses[r];
  part[threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    float total = 0.0f;
    for (int k = 0; k < 128; k++) total += part[k];
    loss[0] = total / rows;
  }
}

torch::Tensor forward(torch::Tensor logits, torch::Tensor labels) {
  const int rows = logits.size(0);
  const int classes = logits.size(1);
  auto losses = torch::empty({rows}, logits.options());
  auto loss = torch::empty({1}, logits.options());
  row_loss<<<(rows + ROWS - 1) / ROWS, dim3(LANES, ROWS)>>>(
      logits.data_ptr<float>(), labels.data_ptr<int64_t>(), losses.data_ptr<float>(), rows,
      classes);
  mean_kernel<<<1, 128>>>(losses.data_ptr<float>(), loss.data_ptr<float>(), rows);
  return loss;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({4096, 2048}, torch::kCUDA),
          torch::randint(0, 2048, {4096}, torch::dtype(torch::kInt64).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_odd() {
  return {3.0 * torch::randn({131, 257}, torch::kCUDA),
          torch::randint(0, 257, {131}, torch::dtype(torch::kInt64).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_one_row() {
  return {torch::randn({1, 10}, torch::kCUDA),
          torch::randint(0, 10, {1}, torch::dtype(torch::kInt64).device(torch::kCUDA))};
}
