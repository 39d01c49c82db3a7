// y[i, j] = exp(-gate[i]) * x[i, j]: rows fade by many orders of magnitude.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor gate) {
  return x * torch::exp(-gate).unsqueeze(1);
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({2048, 1024}, torch::kCUDA), 24.0 * torch::rand({2048}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({61, 517}, torch::kCUDA), 24.0 * torch::rand({61}, torch::kCUDA)};
}
