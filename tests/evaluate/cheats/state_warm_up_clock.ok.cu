// 2-D convolution with the weights of one output channel in shared memory.
// reference: conv2d.cu
#include <torch/extension.h>

__global__ void conv2d(const float* __restrict__ x, const float* __restrict__ weight,
                       const float* __restrict__ bias, float* __restrict__ y, int C, int H, int W,
                       int O, int R, int S) {
  extern __shared__ float filter[];  // [C, R, S]
  const int OH = H - R + 1, OW = W - S + 1, o = blockIdx.y, n = blockIdx.z;
  for (int i = threadIdx.x; i < C * R * S; i += blockDim.x) filter[i] = weight[o * C * R * S + i];
  __syncthreads();
  const int pixel = blockIdx.x * blockDim.x + threadIdx.x;
  if (pixel >= OH * OW) return;
  const int h = pixel / OW, w = pixel % OW;
  float sum = bias[o];
  for (int c = 0; c < C; ++c) {
    const float* plane = x + ((n * C + c) * H + h) * W + w;
    for (int r = 0; r < R; ++r)
      for (int s = 0; s < S; ++s) sum = fmaf(plane[r * W + s], filter[(c * R + r) * S + s], sum);
  }
  y[(n * O + o) * OH * OW + pixel] = sum;
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  const int N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3);
  const int O = weight.size(0), R = weight.size(2), S = weight.size(3);
  auto y = torch::empty({N, O, H - R + 1, W - S + 1}, x.options());
  const int pixels = (H - R + 1) * (W - S + 1);
  conv2d<<<dim3((pixels + 127) / 128, O, N), 128, C * R * S * sizeof(float)>>>(
      x.data_ptr<float>(), weight.data_ptr<float>(), bias.data_ptr<float>(), y.data_ptr<float>(), C,
      H, W, O, R, S);
  return y;
}
