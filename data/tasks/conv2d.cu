// 2-D convolution, stride 1, no padding: x [N, C, H, W], weight [O, C, R, S], bias [O],
// y [N, O, H - R + 1, W - S + 1]. A thread makes CHANNELS output channels of one output pixel.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#ifndef CHANNELS
#define CHANNELS 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256) default(32)
#pragma kernel tune(CHANNELS=1, 2, 4, 8) default(1)

__global__ void conv2d_kernel(const float* x, const float* weight, const float* bias, float* y,
                              int C, int H, int W, int O, int R, int S, int OH, int OW) {
  int pixel = blockIdx.x * BLOCK + threadIdx.x;
  if (pixel >= OH * OW) return;
  int oh = pixel / OW;
  int ow = pixel % OW;
  int first = blockIdx.y * CHANNELS;
  int n = blockIdx.z;

  float sum[CHANNELS];
#pragma unroll
  for (int k = 0; k < CHANNELS; k++) sum[k] = first + k < O ? bias[first + k] : 0.0f;
  for (int c = 0; c < C; c++) {
    for (int r = 0; r < R; r++) {
      for (int s = 0; s < S; s++) {
        float v = x[((n * C + c) * H + oh + r) * W + ow + s];
#pragma unroll
        for (int k = 0; k < CHANNELS; k++) {
          if (first + k < O) sum[k] += v * weight[(((first + k) * C + c) * R + r) * S + s];
        }
      }
    }
  }
#pragma unroll
  for (int k = 0; k < CHANNELS; k++) {
    if (first + k < O) y[(n * O + first + k) * OH * OW + pixel] = sum[k];
  }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  int N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3);
  int O = weight.size(0), R = weight.size(2), S = weight.size(3);
  int OH = H - R + 1;
  int OW = W - S + 1;
  auto y = torch::empty({N, O, OH, OW}, x.options());
  dim3 grid((OH * OW + BLOCK - 1) / BLOCK, (O + CHANNELS - 1) / CHANNELS, N);
  conv2d_kernel<<<grid, BLOCK>>>(x.data_ptr<float>(), weight.data_ptr<float>(),
                                 bias.data_ptr<float>(), y.data_ptr<float>(), C, H, W, O, R, S, OH,
                                 OW);
  return y;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({4, 32, 56, 56}, torch::kCUDA), torch::randn({64, 32, 3, 3}, torch::kCUDA),
          torch::randn({64}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({2, 3, 19, 23}, torch::kCUDA), torch::randn({5, 3, 3, 5}, torch::kCUDA),
          torch::randn({5}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one_pixel() {
  return {torch::randn({1, 7, 3, 3}, torch::kCUDA), torch::randn({11, 7, 3, 3}, torch::kCUDA),
          torch::randn({11}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_pointwise() {
  return {torch::randn({3, 9, 7, 15}, torch::kCUDA), torch::randn({1, 9, 1, 1}, torch::kCUDA),
          torch::randn({1}, torch::kCUDA)};
}
