// Layer normalisation from a helper's statistics and a kernel that applies them.
// reference: layer_norm.cu
#include <torch/extension.h>

__global__ void apply(const float* __restrict__ x, const float* __restrict__ mean,
                      const float* __restrict__ variance, const float* __restrict__ weight,
                      const float* __restrict__ bias, float* __restrict__ y, int cols) {
  const int row = blockIdx.x;
  const float centre = mean[row], factor = rsqrtf(variance[row] + 1e-5f);
  for (int c = threadIdx.x; c < cols; c += blockDim.x)
    y[int64_t(row) * cols + c] =
        (x[int64_t(row) * cols + c] - centre) * factor * weight[c] + bias[c];
}

std::tuple<torch::Tensor, torch::Tensor> statistics(torch::Tensor x) {
  return std::make_tuple(x.mean(1), x.var(1, false));
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  auto y = torch::empty_like(x);
  auto [mean, variance] = statistics(x);
  const int rows = x.size(0), cols = x.size(1);
  apply<<<rows, 128>>>(x.data_ptr<float>(), mean.data_ptr<float>(), variance.data_ptr<float>(),
                       weight.data_ptr<float>(), bias.data_ptr<float>(), y.data_ptr<float>(), cols);
  return y;
}
