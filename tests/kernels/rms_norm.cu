// What kernels/rms_norm.cu computes, in ATen.
#include <torch/extension.h>

std::vector<torch::Tensor> forward(torch::Tensor state, torch::Tensor added, torch::Tensor weight,
                                   torch::Tensor normed_gradient, torch::Tensor direct) {
  const auto type = state.scalar_type();
  auto sum = (state.to(torch::kFloat) + added.to(torch::kFloat)).to(type);
  auto wide = sum.to(torch::kFloat), d = normed_gradient.to(torch::kFloat);
  auto scale = torch::rsqrt(wide.square().mean({1}, true) + 1e-6);
  auto n = wide * scale, g = d * weight.to(torch::kFloat);
  auto gradient = direct.to(torch::kFloat) + scale * (g - n * (g * n).mean({1}, true));
  return {sum, (n * weight.to(torch::kFloat)).to(type), gradient.to(type),
          (d * n).sum(0).to(type)};
}

std::vector<torch::Tensor> of_shape(int64_t rows, int64_t width, torch::TensorOptions type) {
  return {torch::randn({rows, width}, type), torch::randn({rows, width}, type),
          torch::rand({width}, type) + 0.5, torch::randn({rows, width}, type),
          torch::randn({rows, width}, type)};
}

std::vector<torch::Tensor> inputs() {
  return of_shape(2048, 896, torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_long() {
  return of_shape(100, 8192, torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_float() {
  return of_shape(301, 1028, torch::TensorOptions().dtype(torch::kFloat).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_half() {
  return of_shape(301, 520, torch::TensorOptions().dtype(torch::kHalf).device(torch::kCUDA));
}
std::vector<torch::Tensor> inputs_one() {
  return of_shape(1, 8, torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA));
}
