// What data/tasks/cross_entropy.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor logits, torch::Tensor labels) {
  return torch::nll_loss(torch::log_softmax(logits, 1), labels).reshape({1});
}
