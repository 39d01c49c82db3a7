// Softmax with a warp per row and maximum and sum of four columns per step.
// reference: softmax.cu
#include <torch/extension.h>

__global__ void softmax(const float* __restrict__ x, float* __restrict__ y, int cols) {
  const float* in = x + int64_t(blockIdx.x) * cols;
  float* out = y + int64_t(blockIdx.x) * cols;
  const int whole = cols / 128 * 128;
  float most = -INFINITY, sum = 0.0f;
  for (int c = threadIdx.x; c < whole; c += 128)
    most = fmaxf(fmaxf(fmaxf(most, in[c]), in[c + 32]), fmaxf(in[c + 64], in[c + 96]));
  for (int c = whole + threadIdx.x; c < cols; c += 32) most = fmaxf(most, in[c]);
  for (int lane = 16; lane > 0; lane /= 2) most = fmaxf(most, __shfl_xor_sync(~0u, most, lane));
  for (int c = threadIdx.x; c < cols; c += 32) sum += expf(in[c] - most);
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(~0u, sum, lane);
  for (int c = threadIdx.x; c < cols; c += 32) out[c] = expf(in[c] - most) / sum;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  softmax<<<rows, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
