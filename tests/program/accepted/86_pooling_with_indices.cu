#include <torch/extension.h>

__global__ void max_pool1d_kernel(const float* x, float* y, int64_t* where, int length, int out_length, int window, int stride) {
  const int o = blockIdx.x * blockDim.x + threadIdx.x;
  const int plane = blockIdx.y;
  if (o >= out_length) return;
  int best = o * stride;
  for (int k = 1; k < window; ++k) {
    const int p = o * stride + k;
    if (p < length && x[plane * length + p] > x[plane * length + best]) best = p;
  }
  y[plane * out_length + o] = x[plane * length + best];
  where[plane * out_length + o] = best;
}

std::pair<torch::Tensor, torch::Tensor> max_pool1d_with_indices(torch::Tensor x, int window, int stride) {
  TORCH_CHECK(x.ndimension() == 3, "x must be [N, C, L]");
  TORCH_CHECK(stride > 0 && window > 0, "window and stride must be positive");
  auto out_length = (x.size(2) - window) / stride + 1;
  auto y = torch::empty({x.size(0), x.size(1), out_length}, x.options());
  auto where = torch::empty(y.sizes(), torch::TensorOptions().dtype(at::kLong).device(x.device()));
  dim3 blocks((out_length + 31) / 32, x.size(0) * x.size(1));
  max_pool1d_kernel<<<blocks, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), where.data_ptr<int64_t>(), x.size(2), out_length, window, stride);
  return std::make_pair(y, where);
}

std::vector<torch::Tensor> forward(torch::Tensor x) {
  auto result = max_pool1d_with_indices(x, 4, 3);
  return {result.first, result.second};
}

std::vector<torch::Tensor> expected(torch::Tensor x) {
  auto result = torch::max_pool1d_with_indices(x, {4}, {3});
  return {std::get<0>(result), std::get<1>(result)};
}
std::vector<torch::Tensor> inputs() { return {torch::randn({2, 3, 70}, torch::kCUDA)}; }
