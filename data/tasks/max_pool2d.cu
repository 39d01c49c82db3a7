// Max pooling, window 3, stride 2, padding 1: x [N, C, H, W] to y [N, C, (H - 1) / 2 + 1, (W - 1) /
// 2 + 1].
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512) default(32)

__global__ void max_pool_kernel(const float* x, float* y, int H, int W, int OH, int OW, int total) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= total) return;
  int ow = i % OW;
  int oh = i / OW % OH;
  int plane = i / (OW * OH);
  float best = -INFINITY;
  for (int r = 0; r < 3; r++) {
    for (int s = 0; s < 3; s++) {
      int h = oh * 2 - 1 + r;
      int w = ow * 2 - 1 + s;
      if (h >= 0 && h < H && w >= 0 && w < W) {
        float v = x[(plane * H + h) * W + w];
        if (v > best) best = v;
      }
    }
  }
  y[i] = best;
}

torch::Tensor forward(torch::Tensor x) {
  const int N = x.size(0);
  const int C = x.size(1);
  const int H = x.size(2);
  const int W = x.size(3);
  const int OH = (H - 1) / 2 + 1;
  const int OW = (W - 1) / 2 + 1;
  auto y = torch::empty({N, C, OH, OW}, x.options());
  const int total = y.numel();
  max_pool_kernel<<<(total + BLOCK - 1) / BLOCK, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(),
                                                          H, W, OH, OW, total);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({16, 32, 128, 128}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({3, 5, 33, 18}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_pixel() { return {torch::randn({2, 3, 1, 1}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_negative() {
  return {-5.0 - torch::rand({1, 2, 9, 7}, torch::kCUDA)};
}
