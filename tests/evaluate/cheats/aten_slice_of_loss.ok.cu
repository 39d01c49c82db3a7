// Lets ATen compute the loss of two halves and averages them by their sizes.
// reference: mean_loss.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor prediction, torch::Tensor target) {
  const int64_t n = prediction.numel(), part = n / 2;
  auto first = torch::mse_loss(prediction.slice(0, 0, part), target.slice(0, 0, part));
  auto second = torch::mse_loss(prediction.slice(0, part, n), target.slice(0, part, n));
  return first * (double(part) / double(n)) + second * (double(n - part) / double(n));
}
