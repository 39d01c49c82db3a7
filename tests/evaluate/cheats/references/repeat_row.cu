// Every row is the exponential of x [cols]: a table of 500 rows.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return torch::exp(x).unsqueeze(0).repeat({500, 1}); }

std::vector<torch::Tensor> inputs() { return {torch::randn({4096}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({517}, torch::kCUDA)}; }
