// What data/tasks/depthwise_conv2d.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor weight) {
  return torch::conv2d(x, weight, {}, 1, weight.size(2) / 2, 1, x.size(1));
}
