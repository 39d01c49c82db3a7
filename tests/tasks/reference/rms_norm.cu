// What data/tasks/rms_norm.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor g) {
  return x * torch::rsqrt(x.pow(2).mean(-1, true) + 1e-6) * g;
}
