// What kernels/rope.cu computes, in ATen.
#include <torch/extension.h>

// Turned by angles of this sign: [tokens, heads, dim].
torch::Tensor turned(torch::Tensor heads, torch::Tensor cosine, torch::Tensor sine) {
  auto halves = heads.chunk(2, 2);
  return heads * cosine + torch::cat({halves[1].neg(), halves[0]}, 2) * sine;
}

std::vector<torch::Tensor> forward(torch::Tensor qkv, torch::Tensor positions,
                                   torch::Tensor frequencies, torch::Tensor q_norm,
                                   torch::Tensor k_norm, torch::Tensor q_gradient,
                                   torch::Tensor k_gradient, torch::Tensor v_gradient) {
  const int64_t tokens = qkv.size(0), heads = q_gradient.size(1), kv = k_gradient.size(1);
  const int64_t dim = q_gradient.size(2);
  const auto type = qkv.scalar_type();
  auto angles = positions.to(torch::kFloat).unsqueeze(1) * frequencies.unsqueeze(0);
  auto both = torch::cat({angles, angles}, 1).unsqueeze(1);
  auto cosine = both.cos() * 1.1, sine = both.sin() * 1.1;
  auto all = qkv.view({tokens, heads + 2 * kv, dim}).to(torch::kFloat).narrow(1, 0, heads + kv);
  auto back = turned(torch::cat({q_gradient, k_gradient}, 1).to(torch::kFloat), cosine, sine.neg());
  auto gradient = torch::cat({back.to(type), v_gradient}, 1).flatten(1);

  auto weight = torch::cat({q_norm.to(torch::kFloat).expand({heads, dim}),
                            k_norm.to(torch::kFloat).expand({kv, dim})});
  auto scale = torch::rsqrt(all.square().mean({2}, true) + 1e-6);
  auto n = all * scale, g = back * weight;
  auto straight = scale * (g - n * (g * n).mean({2}, true));
  auto shares = (back * n).sum(0);
  auto plain = turned(all, cosine, sine).to(type);
  auto normed = turned(n * weight, cosine, sine).to(type);
  return {plain.narrow(1, 0, heads).contiguous(), plain.narrow(1, heads, kv).contiguous(), gradient,
          normed.narrow(1, 0, heads).contiguous(), normed.narrow(1, heads, kv).contiguous(),
          torch::cat({straight.to(type), v_gradient}, 1).flatten(1),
          torch::stack({shares.narrow(0, 0, heads).sum(0), shares.narrow(0, heads, kv).sum(0)})};
}

std::vector<torch::Tensor> of_shape(int64_t tokens, int64_t heads, int64_t kv, int64_t dim,
                                    torch::TensorOptions type) {
  auto whole = type.dtype(torch::kFloat);
  return {torch::randn({tokens, (heads + 2 * kv) * dim}, type),
          torch::randint(0, 1024, {tokens}, type.dtype(torch::kLong)),
          torch::pow(10000, torch::arange(0, dim / 2, whole) * -2.0 / dim),
          torch::rand({dim}, type) + 0.5,
          torch::rand({dim}, type) + 0.5,
          torch::randn({tokens, heads, dim}, type),
          torch::randn({tokens, kv, dim}, type),
          torch::randn({tokens, kv, dim}, type)};
}

std::vector<torch::Tensor> inputs() {
  return of_shape(1024, 14, 2, 64,
                  torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_float() {
  return of_shape(101, 5, 1, 32, torch::TensorOptions().dtype(torch::kFloat).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_half() {
  return of_shape(333, 6, 2, 128, torch::TensorOptions().dtype(torch::kHalf).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_wide() {
  return of_shape(9, 2, 1, 256, torch::TensorOptions().dtype(torch::kFloat).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_one() {
  return of_shape(1, 1, 1, 16,
                  torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
