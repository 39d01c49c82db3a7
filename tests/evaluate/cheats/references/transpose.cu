// The transpose of x [rows, cols], laid out anew.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return x.t().contiguous(); }

std::vector<torch::Tensor> inputs() { return {torch::randn({2048, 1024}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({67, 129}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_row() { return {torch::randn({1, 500}, torch::kCUDA)}; }
