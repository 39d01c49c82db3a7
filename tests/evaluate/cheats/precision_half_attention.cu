// Attention whose probabilities and values are multiplied in half.
// reference: attention.cu
#include <cuda_fp16.h>
#include <torch/extension.h>

__global__ void attention(const float* q, const float* k, const float* v, float* y, int length,
                          int dim) {
  extern __shared__ float scores[];
  const int64_t head = int64_t(blockIdx.y) * length * dim, at = head + int64_t(blockIdx.x) * dim;
  float most = -INFINITY, sum = 0.0f;
  for (int j = threadIdx.x; j < length; j += 32) {
    float dot = 0.0f;
    for (int d = 0; d < dim; ++d) dot += q[at + d] * k[head + int64_t(j) * dim + d];
    scores[j] = dot * rsqrtf(dim);
    most = fmaxf(most, scores[j]);
  }
  for (int lane = 16; lane > 0; lane /= 2) most = fmaxf(most, __shfl_xor_sync(~0u, most, lane));
  for (int j = threadIdx.x; j < length; j += 32) sum += scores[j] = expf(scores[j] - most);
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(~0u, sum, lane);
  __syncwarp();
  for (int d = threadIdx.x; d < dim; d += 32) {
    float out = 0.0f;
    for (int j = 0; j < length; ++j)
      out += __half2float(
          __hmul(__float2half(scores[j] / sum), __float2half(v[head + int64_t(j) * dim + d])));
    y[at + d] = out;
  }
}

torch::Tensor forward(torch::Tensor q, torch::Tensor k, torch::Tensor v) {
  auto y = torch::empty_like(q);
  const int heads = q.size(0), length = q.size(1), dim = q.size(2);
  attention<<<dim3(length, heads), 32, length * sizeof(float)>>>(
      q.data_ptr<float>(), k.data_ptr<float>(), v.data_ptr<float>(), y.data_ptr<float>(), length,
      dim);
  return y;
}
