// GELU, tanh form: y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), x and y of any shape.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512) default(32)
#pragma kernel tune(ITEMS=1, 2, 4, 8) default(1)

__device__ float gelu(float x) {
  const float k = 0.7978845608028654f;
  return 0.5f * x * (1.0f + tanhf(k * (x + 0.044715f * x * x * x)));
}

__global__ void gelu_kernel(const float* __restrict__ x, float* __restrict__ y, int64_t n) {
  int64_t start = blockIdx.x * (int64_t)(BLOCK * ITEMS) + threadIdx.x;
  for (int k = 0; k < ITEMS; k++) {
    int64_t i = start + k * BLOCK;
    if (i < n) y[i] = gelu(x[i]);
  }
}

torch::Tensor forward(torch::Tensor x) {
  x = x.contiguous();
  auto y = torch::empty_like(x);
  const int64_t n = x.numel();
  const int64_t per_block = BLOCK * ITEMS;
  gelu_kernel<<<(n + per_block - 1) / per_block, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(),
                                                          n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({2048, 4096}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({37, 1023}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one() { return {torch::randn({1, 1}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_large_values() {
  return {20.0 * torch::randn({7, 3, 11}, torch::kCUDA)};
}
