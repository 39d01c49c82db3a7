// Attention from ATen's operators, head by head.
// reference: attention.cu
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor q, torch::Tensor k, torch::Tensor v) {
  auto y = torch::empty_like(q);
  for (int64_t h = 0; h < q.size(0); ++h) {
    auto scores = torch::matmul(q[h], k[h].t()) / std::sqrt(double(q.size(2)));
    y[h].copy_(torch::matmul(torch::softmax(scores, -1), v[h]));
  }
  return y;
}
