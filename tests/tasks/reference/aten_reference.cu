// What data/tasks/aten_reference.cu computes, by other operators.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor w1, torch::Tensor w2) {
  auto mean = x.mean({1}, true);
  auto variance = (x - mean).pow(2).mean({1}, true);
  auto normed = (x - mean) / torch::sqrt(variance + 1e-5);
  return x + torch::linear(torch::clamp_min(torch::linear(normed, w1), 0.0), w2);
}
