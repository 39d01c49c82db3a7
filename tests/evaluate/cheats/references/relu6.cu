// clamp(x, -6, 6) of x [n]: nearly always x itself where x is normal, hence the wide inputs.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return torch::clamp(x, -6.0, 6.0); }

std::vector<torch::Tensor> inputs() { return {torch::randn({1 << 20}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({7919}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_wide() { return {5.0 * torch::randn({1009}, torch::kCUDA)}; }
