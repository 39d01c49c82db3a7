// Twice x, two times: one to keep, one to go on with.
#include <torch/extension.h>

std::vector<torch::Tensor> forward(torch::Tensor x) { return {x * 2.0, x * 2.0}; }

std::vector<torch::Tensor> inputs() { return {torch::randn({1 << 21}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({1021}, torch::kCUDA)}; }
