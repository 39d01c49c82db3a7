// What kernels/logprob.cu computes, in ATen.
#include <torch/extension.h>

std::vector<torch::Tensor> forward(torch::Tensor logits, torch::Tensor targets,
                                   torch::Tensor weights) {
  auto wide = logits.to(torch::kFloat);
  auto normalisers = wide.logsumexp({1});
  auto chosen = targets.unsqueeze(1);
  auto gradient = (wide - normalisers.unsqueeze(1)).exp() * weights.neg().unsqueeze(1);
  return {torch::log_softmax(wide, 1).gather(1, chosen).squeeze(1), normalisers,
          gradient.scatter_add(1, chosen, weights.unsqueeze(1)).to(logits.scalar_type())};
}

std::vector<torch::Tensor> of_shape(int64_t rows, int64_t vocab, torch::TensorOptions type) {
  return {torch::randn({rows, vocab}, type) * 4,
          torch::randint(0, vocab, {rows}, type.dtype(torch::kLong)),
          torch::randn({rows}, type.dtype(torch::kFloat))};
}

std::vector<torch::Tensor> inputs() {
  return of_shape(64, 151936,
                  torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_float() {
  return of_shape(33, 5004, torch::TensorOptions().dtype(torch::kFloat).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_half() {
  return of_shape(7, 32000, torch::TensorOptions().dtype(torch::kHalf).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_one() {
  return of_shape(1, 512, torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
