// Takes ATen's fused operator for attention in place of three. Legal, and told.
// reference: attention.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor q, torch::Tensor k, torch::Tensor v) {
  return torch::scaled_dot_product_attention(q, k, v);
}
