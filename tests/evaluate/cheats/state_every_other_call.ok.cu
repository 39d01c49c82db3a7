// Attention with a warp per query: scores in shared memory, softmax through shuffles.
// reference: attention.cu
#include <torch/extension.h>

__device__ float warp_max(float v) {
  for (int lane = 16; lane > 0; lane /= 2) v = fmaxf(v, __shfl_xor_sync(~0u, v, lane));
  return v;
}
__device__ float warp_sum(float v) {
  for (int lane = 16; lane > 0; lane /= 2) v += __shfl_xor_sync(~0u, v, lane);
  return v;
}

__global__ void attention(const float* __restrict__ q, const float* __restrict__ k,
                          const float* __restrict__ v, float* __restrict__ y, int length, int dim,
                          float scale) {
  extern __shared__ float scores[];  // [length]
  const int64_t head = int64_t(blockIdx.y) * length * dim, at = head + int64_t(blockIdx.x) * dim;
  float most = -INFINITY, sum = 0.0f;
  for (int j = threadIdx.x; j < length; j += 32) {
    float dot = 0.0f;
    for (int d = 0; d < dim; ++d) dot = fmaf(q[at + d], k[head + int64_t(j) * dim + d], dot);
    scores[j] = dot * scale;
    most = fmaxf(most, scores[j]);
  }
  most = warp_max(most);
  for (int j = threadIdx.x; j < length; j += 32) {
    scores[j] = expf(scores[j] - most);
    sum += scores[j];
  }
  sum = warp_sum(sum);
  __syncwarp();
  for (int d = threadIdx.x; d < dim; d += 32) {
    float out = 0.0f;
    for (int j = 0; j < length; ++j) out = fmaf(scores[j], v[head + int64_t(j) * dim + d], out);
    y[at + d] = out / sum;
  }
}

torch::Tensor forward(torch::Tensor q, torch::Tensor k, torch::Tensor v) {
  auto y = torch::empty_like(q);
  const int heads = q.size(0), length = q.size(1), dim = q.size(2);
  attention<<<dim3(length, heads), 32, length * sizeof(float)>>>(
      q.data_ptr<float>(), k.data_ptr<float>(), v.data_ptr<float>(), y.data_ptr<float>(), length,
      dim, 1.0f / std::sqrt(float(dim)));
  return y;
}
