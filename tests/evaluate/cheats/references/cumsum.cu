// Running sum along each row of x [rows, cols].
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return torch::cumsum(x, -1); }

std::vector<torch::Tensor> inputs() { return {torch::randn({2048, 1024}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({13, 391}, torch::kCUDA)}; }
