// Drops the lower half of every weight's bits before it convolves.
// reference: conv2d.cu
#include <torch/extension.h>

__global__ void conv2d(const float* x, const float* weight, const float* bias, float* y, int C,
                       int H, int W, int O, int R, int S) {
  const int OH = H - R + 1, OW = W - S + 1, pixel = blockIdx.x * blockDim.x + threadIdx.x,
            o = blockIdx.y, n = blockIdx.z;
  if (pixel >= OH * OW) return;
  float sum = bias[o];
  for (int c = 0; c < C; ++c)
    for (int r = 0; r < R; ++r)
      for (int s = 0; s < S; ++s) {
        const float w =
            __uint_as_float(__float_as_uint(weight[((o * C + c) * R + r) * S + s]) & 0xffff0000u);
        sum += x[((n * C + c) * H + pixel / OW + r) * W + pixel % OW + s] * w;
      }
  y[(n * O + o) * OH * OW + pixel] = sum;
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  const int N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), O = weight.size(0),
            R = weight.size(2), S = weight.size(3);
  auto y = torch::empty({N, O, H - R + 1, W - S + 1}, x.options());
  const int pixels = (H - R + 1) * (W - S + 1);
  conv2d<<<dim3((pixels + 127) / 128, O, N), 128>>>(x.data_ptr<float>(), weight.data_ptr<float>(),
                                                    bias.data_ptr<float>(), y.data_ptr<float>(), C,
                                                    H, W, O, R, S);
  return y;
}
