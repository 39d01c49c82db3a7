// Attention that goes over keys once and rescales what it has whenever a larger score comes.
// reference: attention.cu
#include <torch/extension.h>

__global__ void attention(const float* __restrict__ q, const float* __restrict__ k,
                          const float* __restrict__ v, float* __restrict__ y, int length, int dim,
                          float scale) {
  const int64_t head = int64_t(blockIdx.y) * length * dim;
  const int64_t at = head + int64_t(blockIdx.x) * dim;
  float most = -INFINITY, sum = 0.0f, low = 0.0f,
        high = 0.0f;  // of dim, elements lane and lane + 32
  const int d0 = threadIdx.x, d1 = threadIdx.x + 32;
  const float q0 = d0 < dim ? q[at + d0] : 0.0f, q1 = d1 < dim ? q[at + d1] : 0.0f;
  for (int j = 0; j < length; ++j) {
    const int64_t row = head + int64_t(j) * dim;
    float score = (d0 < dim ? q0 * k[row + d0] : 0.0f) + (d1 < dim ? q1 * k[row + d1] : 0.0f);
    for (int lane = 16; lane > 0; lane /= 2) score += __shfl_xor_sync(~0u, score, lane);
    score *= scale;
    const float top = fmaxf(most, score), keep = expf(most - top), weight = expf(score - top);
    sum = sum * keep + weight;
    low = low * keep + (d0 < dim ? weight * v[row + d0] : 0.0f);
    high = high * keep + (d1 < dim ? weight * v[row + d1] : 0.0f);
    most = top;
  }
  if (d0 < dim) y[at + d0] = low / sum;
  if (d1 < dim) y[at + d1] = high / sum;
}

torch::Tensor forward(torch::Tensor q, torch::Tensor k, torch::Tensor v) {
  auto y = torch::empty_like(q);
  const int heads = q.size(0), length = q.size(1), dim = q.size(2);
  TORCH_CHECK(dim <= 64, "heads of at most 64");
  attention<<<dim3(length, heads), 32>>>(q.data_ptr<float>(), k.data_ptr<float>(),
                                         v.data_ptr<float>(), y.data_ptr<float>(), length, dim,
                                         1.0f / std::sqrt(float(dim)));
  return y;
}
