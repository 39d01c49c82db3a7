// What data/tasks/scan.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return torch::cumsum(x, 0, torch::kInt32); }
