// What kernels/skinny_linear.cu computes, in ATen.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias, torch::Tensor norm,
                      torch::Tensor residual) {
  const auto type = x.scalar_type();
  auto in = x.to(torch::kFloat);
  if (norm.numel() > 0) {
    auto inverse = torch::rsqrt(in.pow(2).mean({1}, true) + 1e-6);
    in = (in * inverse * norm.to(torch::kFloat)).to(type).to(torch::kFloat);
  }
  auto y = torch::matmul(in, weight.to(torch::kFloat).t());
  if (bias.numel() > 0) y = y + bias.to(torch::kFloat);
  if (residual.size(1) == weight.size(0)) y = y + residual.to(torch::kFloat);
  else if (residual.size(1) > 0) {
    const int64_t n = residual.size(1);
    y = torch::silu(y.narrow(1, 0, n)) * y.narrow(1, n, n);
  }
  return y.to(type);
}

std::vector<torch::Tensor> of(int64_t batch, int64_t n, int64_t k, bool bias, bool norm,
                              int64_t residual, torch::ScalarType scalar) {
  auto type = torch::TensorOptions().dtype(scalar).device(torch::kCUDA);
  return {torch::randn({batch, k}, type), torch::randn({n, k}, type) / 32,
          torch::randn({bias ? n : 0}, type), torch::randn({norm ? k : 0}, type),
          torch::randn({batch, residual}, type)};
}

// Down, query-key-value, output, gate and up of a model of 0.5 B; the rest is odd in some way.
std::vector<torch::Tensor> inputs() { return of(1, 896, 4864, false, false, 896, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_qkv() { return of(1, 1152, 896, true, true, 0, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_output() { return of(1, 896, 896, false, false, 896, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_gate_up() { return of(2, 2 * 1216, 896, false, true, 1216, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_wide() { return of(1, 5003, 64, false, true, 0, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_long() { return of(3, 21, 18944, true, false, 21, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_half() { return of(4, 333, 1032, true, true, 0, torch::kHalf); }
std::vector<torch::Tensor> inputs_float() { return of(4, 2 * 77, 2052, true, false, 77, torch::kFloat); }
std::vector<torch::Tensor> inputs_normed_add() { return of(3, 133, 260, false, true, 133, torch::kFloat); }
std::vector<torch::Tensor> inputs_plain() { return of(2, 7, 8, false, false, 0, torch::kHalf); }
