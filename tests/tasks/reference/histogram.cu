// What data/tasks/histogram.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return torch::bincount(x, {}, 256).to(torch::kInt32); }
