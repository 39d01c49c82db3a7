// Copies the transposed view into new memory with ATen.
// reference: transpose.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty({x.size(1), x.size(0)}, x.options());
  y.copy_(x.t());
  return y;
}
