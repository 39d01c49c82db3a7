// Doubles its argument with ATen's operator in place and returns it.
// reference: scale.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x) { return x.mul_(2.0); }
