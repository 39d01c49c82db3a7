// What kernels/embed.cu computes, in ATen.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor slots, torch::Tensor tokens, torch::Tensor embedding) {
  auto last = tokens.index_select(0, slots.clamp_min(0));
  return embedding.index_select(0, last) * (slots >= 0).unsqueeze(1).to(embedding.scalar_type());
}

std::vector<torch::Tensor> drawn(int64_t rows, int64_t vocab, int64_t width, torch::ScalarType type) {
  auto whole = torch::TensorOptions().dtype(torch::kInt).device(torch::kCUDA);
  return {torch::randint(-1, 2 * rows, {rows}, whole), torch::randint(0, vocab, {2 * rows}, whole),
          torch::randn({vocab, width}, torch::TensorOptions().dtype(type).device(torch::kCUDA))};
}

std::vector<torch::Tensor> inputs() { return drawn(256, 4096, 896, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_float() { return drawn(5, 100, 132, torch::kFloat); }
std::vector<torch::Tensor> inputs_half() { return drawn(1, 100, 1352, torch::kHalf); }
