// Mean squared error: x and y of the same shape with n elements, loss [1]. Partial sums per block,
// then one block.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 64
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512) default(64)
#pragma kernel tune(ITEMS=1, 2, 4, 8, 16, 32) default(1)

__device__ void reduce_block(float* values) {
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) values[threadIdx.x] += values[threadIdx.x + step];
    __syncthreads();
  }
}

__global__ void squared_errors(const float* x, const float* y, float* partial, int64_t n) {
  __shared__ float values[BLOCK];
  float sum = 0.0f;
  for (int k = 0; k < ITEMS; k++) {
    int64_t i = ((int64_t)blockIdx.x * ITEMS + k) * BLOCK + threadIdx.x;
    if (i < n) {
      float d = x[i] - y[i];
      sum += d * d;
    }
  }
  values[threadIdx.x] = sum;
  reduce_block(values);
  if (threadIdx.x == 0) partial[blockIdx.x] = values[0];
}

__global__ void finish(const float* partial, float* loss, int64_t blocks, int64_t n) {
  __shared__ float values[BLOCK];
  float sum = 0.0f;
  for (int64_t i = threadIdx.x; i < blocks; i += BLOCK) sum += partial[i];
  values[threadIdx.x] = sum;
  reduce_block(values);
  if (threadIdx.x == 0) loss[0] = values[0] / n;
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  TORCH_CHECK(x.numel() == y.numel(), "x and y differ in size");
  int64_t n = x.numel();
  int64_t blocks = (n + BLOCK * ITEMS - 1) / (BLOCK * ITEMS);
  auto partial = torch::empty({blocks}, x.options());
  auto loss = torch::empty({1}, x.options());
  squared_errors<<<blocks, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(),
                                    partial.data_ptr<float>(), n);
  finish<<<1, BLOCK>>>(partial.data_ptr<float>(), loss.data_ptr<float>(), blocks, n);
  return loss;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({2048, 2048}, torch::kCUDA), torch::randn({2048, 2048}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({311, 97}, torch::kCUDA), torch::randn({311, 97}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one() {
  return {torch::randn({1}, torch::kCUDA), torch::randn({1}, torch::kCUDA)};
}
