// What data/tasks/batch_norm.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor mean, torch::Tensor var, torch::Tensor weight,
                      torch::Tensor bias) {
  return torch::batch_norm(x, weight, bias, mean, var, false, 0.1, 1e-5, false);
}
