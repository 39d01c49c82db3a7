// Clamps with two of ATen's operators on new memory.
// reference: relu6.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) {
  return torch::minimum(torch::maximum(x, torch::full_like(x, -6.0)), torch::full_like(x, 6.0));
}
