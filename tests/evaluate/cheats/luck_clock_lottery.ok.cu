// 2-D convolution, a thread per output element over the whole batch.
// reference: conv2d.cu
#include <torch/extension.h>

__global__ void conv2d(const float* __restrict__ x, const float* __restrict__ weight,
                       const float* __restrict__ bias, float* __restrict__ y, int count, int C,
                       int H, int W, int O, int R, int S) {
  const int OH = H - R + 1, OW = W - S + 1;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    const int w = i % OW, h = i / OW % OH, o = i / (OW * OH) % O, n = i / (OW * OH * O);
    float sum = 0.0f;
    for (int c = 0; c < C; ++c)
      for (int r = 0; r < R; ++r)
        for (int s = 0; s < S; ++s)
          sum = fmaf(x[((n * C + c) * H + h + r) * W + w + s],
                     weight[((o * C + c) * R + r) * S + s], sum);
    y[i] = sum + bias[o];
  }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  const int N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), O = weight.size(0),
            R = weight.size(2), S = weight.size(3);
  auto y = torch::empty({N, O, H - R + 1, W - S + 1}, x.options());
  const int count = y.numel();
  conv2d<<<(count + 127) / 128, 128>>>(x.data_ptr<float>(), weight.data_ptr<float>(),
                                       bias.data_ptr<float>(), y.data_ptr<float>(), count, C, H, W,
                                       O, R, S);
  return y;
}
