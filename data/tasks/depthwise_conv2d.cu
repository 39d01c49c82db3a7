// Depthwise convolution with zero padding K / 2: x [N, C, H, W], weight [C, 1, K, K] with odd K, y
// like x.
#include <torch/extension.h>

#ifndef BX
#define BX 4
#endif
#ifndef BY
#define BY 4
#endif
#pragma kernel tune(BX=4, 8, 16, 32, 64) default(4)
#pragma kernel tune(BY=1, 2, 4, 8, 16) default(4)

__global__ void depthwise_kernel(const float* x, const float* weight, float* y, int C, int H, int W,
                                 int K) {
  int w = blockIdx.x * BX + threadIdx.x;
  int h = blockIdx.y * BY + threadIdx.y;
  int plane = blockIdx.z;  // n * C + c
  if (w >= W || h >= H) return;
  const float* in = x + (int64_t)plane * H * W;
  const float* filter = weight + (plane % C) * K * K;
  float sum = 0.0f;
  for (int r = 0; r < K; r++) {
    for (int s = 0; s < K; s++) {
      int ih = h + r - K / 2;
      int iw = w + s - K / 2;
      if (ih >= 0 && ih < H && iw >= 0 && iw < W) sum += in[ih * W + iw] * filter[r * K + s];
    }
  }
  y[((int64_t)plane * H + h) * W + w] = sum;
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight) {
  const int N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), K = weight.size(2);
  TORCH_CHECK(K % 2 == 1, "the filter must have an odd size, got ", K);
  auto y = torch::empty_like(x);
  dim3 block(BX, BY);
  dim3 grid((W + BX - 1) / BX, (H + BY - 1) / BY, N * C);
  depthwise_kernel<<<grid, block>>>(x.data_ptr<float>(), weight.data_ptr<float>(),
                                    y.data_ptr<float>(), C, H, W, K);
  return y;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({8, 64, 112, 112}, torch::kCUDA), torch::randn({64, 1, 3, 3}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({2, 5, 17, 29}, torch::kCUDA), torch::randn({5, 1, 5, 5}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one_pixel() {
  return {torch::randn({1, 3, 1, 1}, torch::kCUDA), torch::randn({3, 1, 3, 3}, torch::kCUDA)};
}
