// SAXPY: out[i] = a * x[i] + y[i] with a read from a tensor of one element; x, y and out of shape
// [n].
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512, 1024) default(32)

__global__ void saxpy(int n, const float* a, const float* x, const float* y, float* out) {
  int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i < n) {
    out[i] = a[0] * x[i] + y[i];
  }
}

torch::Tensor forward(torch::Tensor a, torch::Tensor x, torch::Tensor y) {
  torch::Tensor out = torch::empty_like(y);
  int n = x.size(0);
  dim3 block(BLOCK);
  dim3 grid((n + block.x - 1) / block.x);
  saxpy<<<grid, block>>>(n, a.data_ptr<float>(), x.data_ptr<float>(), y.data_ptr<float>(),
                         out.data_ptr<float>());
  return out;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({1}, torch::kCUDA), torch::randn({5000000}, torch::kCUDA),
          torch::randn({5000000}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({1}, torch::kCUDA), torch::randn({65537}, torch::kCUDA),
          torch::randn({65537}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one() {
  return {torch::randn({1}, torch::kCUDA), torch::randn({1}, torch::kCUDA),
          torch::randn({1}, torch::kCUDA)};
}
