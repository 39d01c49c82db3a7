// Sum of each row: x [rows, cols] to [rows].
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return x.sum(-1); }

std::vector<torch::Tensor> inputs() { return {torch::randn({2048, 2048}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({29, 517}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_row() { return {torch::randn({1, 2051}, torch::kCUDA)}; }
