// Layer normalisation with mean and variance merged pairwise (Welford), a warp per row.
// reference: layer_norm.cu
#include <torch/extension.h>

struct Moments {
  float count, mean, squares;
};

__device__ Moments merged(Moments a, Moments b) {
  const float count = a.count + b.count;
  if (count == 0.0f) return a;
  const float delta = b.mean - a.mean, share = b.count / count;
  return {count, a.mean + delta * share, a.squares + b.squares + delta * delta * a.count * share};
}

__global__ void layer_norm(const float* __restrict__ x, const float* __restrict__ weight,
                           const float* __restrict__ bias, float* __restrict__ y, int cols) {
  const int64_t base = int64_t(blockIdx.x) * cols;
  Moments m = {0.0f, 0.0f, 0.0f};
  for (int c = threadIdx.x; c < cols; c += 32) m = merged(m, {1.0f, x[base + c], 0.0f});
  for (int lane = 16; lane > 0; lane /= 2)
    m = merged(m, {__shfl_xor_sync(~0u, m.count, lane), __shfl_xor_sync(~0u, m.mean, lane),
                   __shfl_xor_sync(~0u, m.squares, lane)});
  m.mean = __shfl_sync(~0u, m.mean, 0);
  const float factor = rsqrtf(__shfl_sync(~0u, m.squares, 0) / cols + 1e-5f);
  for (int c = threadIdx.x; c < cols; c += 32)
    y[base + c] = (x[base + c] - m.mean) * factor * weight[c] + bias[c];
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  auto y = torch::empty_like(x);
  const int rows = x.size(0), cols = x.size(1);
  layer_norm<<<rows, 32>>>(x.data_ptr<float>(), weight.data_ptr<float>(), bias.data_ptr<float>(),
                           y.data_ptr<float>(), cols);
  return y;
}
