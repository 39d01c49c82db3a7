#include <torch/extension.h>
#include <tuple>

__global__ void normalise(const float* x, const float* mean, const float* stdev, float* y, int cols, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = (x[i] - mean[i / cols]) / (stdev[i / cols] + 1e-6f);
}

torch::Tensor forward(torch::Tensor x) {
  torch::Tensor stdev, mean;
  std::tie(stdev, mean) = torch::std_mean(x, /*dim=*/1, /*unbiased=*/true, /*keepdim=*/false);
  auto top = torch::max(x, 1);
  torch::Tensor largest = std::get<0>(top);
  auto y = torch::empty_like(x);
  const int n = x.numel();
  normalise<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), mean.data_ptr<float>(), stdev.data_ptr<float>(), y.data_ptr<float>(), x.size(1), n);
  return y + largest.unsqueeze(1);
}

torch::Tensor expected(torch::Tensor x) {
  auto y = (x - x.mean(1, true)) / (x.std(1, true, true) + 1e-6);
  return y + x.amax(1, true);
}
std::vector<torch::Tensor> inputs() { return {torch::randn({12, 77}, torch::kCUDA)}; }
