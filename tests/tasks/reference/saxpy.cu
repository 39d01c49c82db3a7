// What data/tasks/saxpy.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor a, torch::Tensor x, torch::Tensor y) { return a * x + y; }
