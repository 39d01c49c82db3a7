// Softmax that starts from minus infinity and never subtracts it from itself.
// reference: softmax.cu
#include <torch/extension.h>

__global__ void softmax(const float* __restrict__ x, float* __restrict__ y, int cols) {
  __shared__ float shared[128];
  const float* row = x + int64_t(blockIdx.x) * cols;
  float* out = y + int64_t(blockIdx.x) * cols;
  float most = -INFINITY;
  for (int c = threadIdx.x; c < cols; c += 128) most = fmaxf(most, row[c]);
  shared[threadIdx.x] = most;
  __syncthreads();
  for (int half = 64; half > 0; half /= 2) {
    if (threadIdx.x < half)
      shared[threadIdx.x] = fmaxf(shared[threadIdx.x], shared[threadIdx.x + half]);
    __syncthreads();
  }
  most = isinf(shared[0]) ? 0.0f : shared[0];
  __syncthreads();
  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 128) sum += out[c] = expf(row[c] - most);
  shared[threadIdx.x] = sum;
  __syncthreads();
  for (int half = 64; half > 0; half /= 2) {
    if (threadIdx.x < half) shared[threadIdx.x] += shared[threadIdx.x + half];
    __syncthreads();
  }
  for (int c = threadIdx.x; c < cols; c += 128) out[c] /= shared[0];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  softmax<<<rows, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
