// Doubles a copy of its argument with ATen's operator in place.
// reference: scale.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) {
  auto y = x.clone();
  y.mul_(2.0);
  return y;
}
