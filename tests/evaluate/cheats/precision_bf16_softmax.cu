// Softmax of rows kept in bfloat16.
// reference: softmax.cu
#include <cuda_bf16.h>
#include <torch/extension.h>

__global__ void softmax(const float* x, float* y, int cols) {
  extern __shared__ __nv_bfloat16 row[];
  float most = -INFINITY, sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 32) {
    row[c] = __float2bfloat16(x[int64_t(blockIdx.x) * cols + c]);
    most = fmaxf(most, __bfloat162float(row[c]));
  }
  for (int lane = 16; lane > 0; lane /= 2) most = fmaxf(most, __shfl_xor_sync(~0u, most, lane));
  for (int c = threadIdx.x; c < cols; c += 32) sum += expf(__bfloat162float(row[c]) - most);
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(~0u, sum, lane);
  for (int c = threadIdx.x; c < cols; c += 32)
    y[int64_t(blockIdx.x) * cols + c] = expf(__bfloat162float(row[c]) - most) / sum;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  softmax<<<rows, 32, cols * 2>>>(x.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
