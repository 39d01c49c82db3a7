// Lets ATen multiply in double precision and converts the result back.
// reference: matmul.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor A, torch::Tensor B) {
  return torch::matmul(A.to(torch::kFloat64), B.to(torch::kFloat64)).to(torch::kFloat32);
}
