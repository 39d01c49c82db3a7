// What data/tasks/elementwise.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor w) { return (x * x - 1.5 * x) * w + 0.25; }
