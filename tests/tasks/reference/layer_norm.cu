// What data/tasks/layer_norm.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  return torch::layer_norm(x, {x.size(-1)}, weight, bias, 1e-5);
}
