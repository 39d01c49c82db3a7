// A linear layer that transposes the weight into a module array on every call, before it is used.
// reference: linear.cu
#include <torch/extension.h>

__device__ float turned[1 << 18];

__global__ void turn(const float* __restrict__ weight, int in, int out) {
  __shared__ float tile[32][33];
  const int k = blockIdx.x * 32 + threadIdx.x;
  for (int r = threadIdx.y; r < 32; r += 8)
    if (k < in && blockIdx.y * 32 + r < out)
      tile[r][threadIdx.x] = weight[(blockIdx.y * 32 + r) * in + k];
  __syncthreads();
  const int o = blockIdx.y * 32 + threadIdx.x;
  for (int r = threadIdx.y; r < 32; r += 8)
    if (o < out && blockIdx.x * 32 + r < in)
      turned[(blockIdx.x * 32 + r) * out + o] = tile[threadIdx.x][r];
}

__global__ void linear(const float* __restrict__ x, const float* __restrict__ bias,
                       float* __restrict__ y, int in, int out) {
  const int o = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y;
  if (o >= out) return;
  float sum = 0.0f;
  for (int k = 0; k < in; ++k) sum += x[row * in + k] * turned[k * out + o];
  y[row * out + o] = sum + bias[o];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  const int rows = x.size(0), in = x.size(1), out = weight.size(0);
  TORCH_CHECK(in * out <= 1 << 18, "the weight is too large");
  auto y = torch::empty({rows, out}, x.options());
  turn<<<dim3((in + 31) / 32, (out + 31) / 32), dim3(32, 8)>>>(weight.data_ptr<float>(), in, out);
  linear<<<dim3((out + 127) / 128, rows), 128>>>(x.data_ptr<float>(), bias.data_ptr<float>(),
                                                 y.data_ptr<float>(), in, out);
  return y;
}
