// What data/tasks/mse_loss.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  return (x - y).pow(2).mean().reshape({1});
}
