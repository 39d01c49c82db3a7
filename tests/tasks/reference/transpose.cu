// What data/tasks/transpose.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return x.t().contiguous(); }
