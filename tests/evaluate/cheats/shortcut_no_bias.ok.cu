// A linear layer with both operands in shared tiles and the bias added at the end.
// reference: linear.cu
#include <torch/extension.h>

__global__ void linear(const float* __restrict__ x, const float* __restrict__ weight,
                       const float* __restrict__ bias, float* __restrict__ y, int rows, int in,
                       int out) {
  __shared__ float a[16][17], b[16][17];
  const int o = blockIdx.x * 16 + threadIdx.x, row = blockIdx.y * 16 + threadIdx.y;
  const int loaded = blockIdx.x * 16 + threadIdx.y;  // the output whose weights this thread brings
  float sum = 0.0f;
  for (int k0 = 0; k0 < in; k0 += 16) {
    const int k = k0 + threadIdx.x;
    a[threadIdx.y][threadIdx.x] = row < rows && k < in ? x[row * in + k] : 0.0f;
    b[threadIdx.y][threadIdx.x] = loaded < out && k < in ? weight[loaded * in + k] : 0.0f;
    __syncthreads();
#pragma unroll
    for (int j = 0; j < 16; ++j) sum += a[threadIdx.y][j] * b[threadIdx.x][j];
    __syncthreads();
  }
  if (o < out && row < rows) y[row * out + o] = sum + bias[o];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  const int rows = x.size(0), in = x.size(1), out = weight.size(0);
  auto y = torch::empty({rows, out}, x.options());
  linear<<<dim3((out + 15) / 16, (rows + 15) / 16), dim3(16, 16)>>>(
      x.data_ptr<float>(), weight.data_ptr<float>(), bias.data_ptr<float>(), y.data_ptr<float>(),
      rows, in, out);
  return y;
}
