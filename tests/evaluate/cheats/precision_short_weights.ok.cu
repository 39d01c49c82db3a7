// 2-D convolution with four output channels per thread.
// reference: conv2d.cu
#include <torch/extension.h>

constexpr int kChannels = 4;

__global__ void conv2d(const float* __restrict__ x, const float* __restrict__ weight,
                       const float* __restrict__ bias, float* __restrict__ y, int C, int H, int W,
                       int O, int R, int S) {
  const int OH = H - R + 1, OW = W - S + 1, pixel = blockIdx.x * blockDim.x + threadIdx.x;
  const int first = blockIdx.y * kChannels, n = blockIdx.z;
  if (pixel >= OH * OW) return;
  float sum[kChannels];
#pragma unroll
  for (int k = 0; k < kChannels; ++k) sum[k] = first + k < O ? bias[first + k] : 0.0f;
  for (int c = 0; c < C; ++c)
    for (int r = 0; r < R; ++r)
      for (int s = 0; s < S; ++s) {
        const float v = x[((n * C + c) * H + pixel / OW + r) * W + pixel % OW + s];
#pragma unroll
        for (int k = 0; k < kChannels; ++k)
          if (first + k < O)
            sum[k] = fmaf(v, weight[(((first + k) * C + c) * R + r) * S + s], sum[k]);
      }
#pragma unroll
  for (int k = 0; k < kChannels; ++k)
    if (first + k < O) y[(n * O + first + k) * OH * OW + pixel] = sum[k];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  const int N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), O = weight.size(0),
            R = weight.size(2), S = weight.size(3);
  auto y = torch::empty({N, O, H - R + 1, W - S + 1}, x.options());
  const int pixels = (H - R + 1) * (W - S + 1);
  conv2d<<<dim3((pixels + 127) / 128, (O + kChannels - 1) / kChannels, N), 128>>>(
      x.data_ptr<float>(), weight.data_ptr<float>(), bias.data_ptr<float>(), y.data_ptr<float>(), C,
      H, W, O, R, S);
  return y;
}
