// Sum of all elements: x of shape [n] to a scalar of shape [1], in passes until one value is left.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 64
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512, 1024) default(64)
#pragma kernel tune(ITEMS=1, 2, 4, 8, 16, 32) default(1)

__global__ void sum_pass(const float* x, float* partial, int64_t n) {
  __shared__ float values[BLOCK];
  int64_t start = blockIdx.x * (int64_t)(BLOCK * ITEMS) + threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < ITEMS; k++) {
    int64_t i = start + k * BLOCK;
    if (i < n) sum += x[i];
  }
  values[threadIdx.x] = sum;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) values[threadIdx.x] += values[threadIdx.x + step];
    __syncthreads();
  }
  if (threadIdx.x == 0) partial[blockIdx.x] = values[0];
}

torch::Tensor forward(torch::Tensor x) {
  const int64_t per_block = BLOCK * ITEMS;
  torch::Tensor in = x.contiguous();
  int64_t blocks = (in.numel() + per_block - 1) / per_block;
  torch::Tensor out = torch::empty({blocks}, x.options());
  sum_pass<<<blocks, BLOCK>>>(in.data_ptr<float>(), out.data_ptr<float>(), in.numel());
  while (out.numel() > 1) {
    in = out;
    blocks = (in.numel() + per_block - 1) / per_block;
    out = torch::empty({blocks}, x.options());
    sum_pass<<<blocks, BLOCK>>>(in.data_ptr<float>(), out.data_ptr<float>(), in.numel());
  }
  return out;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({1 << 23}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({99991}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one() { return {torch::randn({1}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_positive() { return {torch::rand({4097}, torch::kCUDA)}; }
