// What data/tasks/reduce_sum.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return x.sum().reshape({1}); }
