// SwiGLU: x [rows, 2 * hidden] holds gate and value halves; y [rows, hidden] = silu(gate) * value.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512) default(32)
#pragma kernel tune(ITEMS=1, 2, 4) default(1)

__global__ void swiglu_kernel(const float* x, float* y, int rows, int hidden) {
  for (int k = 0; k < ITEMS; k++) {
    int i = (blockIdx.x * ITEMS + k) * BLOCK + threadIdx.x;
    if (i >= rows * hidden) return;
    int row = i / hidden;
    int col = i % hidden;
    float gate = x[row * 2 * hidden + col];
    float value = x[row * 2 * hidden + hidden + col];
    y[i] = gate / (1.0f + expf(-gate)) * value;
  }
}

torch::Tensor forward(torch::Tensor x) {
  TORCH_CHECK(x.size(1) % 2 == 0, "the last dimension must be even");
  int rows = x.size(0);
  int hidden = x.size(1) / 2;
  torch::Tensor y = torch::empty({rows, hidden}, x.options());
  int blocks = (rows * hidden + BLOCK * ITEMS - 1) / (BLOCK * ITEMS);
  swiglu_kernel<<<blocks, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(), rows, hidden);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({2048, 4096}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({53, 2 * 347}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_row() { return {torch::randn({1, 2 * 1001}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one() { return {torch::randn({1, 2}, torch::kCUDA)}; }
