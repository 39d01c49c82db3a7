// What data/tasks/conv2d.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  return torch::conv2d(x, weight, bias);
}
