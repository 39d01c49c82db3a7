// 2.5 x + y for x and y of shape [n].
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor y) { return torch::add(y, x, 2.5); }

std::vector<torch::Tensor> inputs() {
  return {torch::randn({1 << 22}, torch::kCUDA), torch::randn({1 << 22}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({9973}, torch::kCUDA), torch::randn({9973}, torch::kCUDA)};
}
