// What data/tasks/max_pool2d.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return torch::max_pool2d(x, {3, 3}, {2, 2}, {1, 1}); }
