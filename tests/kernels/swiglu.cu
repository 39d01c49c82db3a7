// What kernels/swiglu.cu computes, in ATen.
#include <torch/extension.h>

std::vector<torch::Tensor> forward(torch::Tensor gate_up, torch::Tensor y_gradient) {
  const int64_t width = gate_up.size(1) / 2;
  auto wide = gate_up.to(torch::kFloat), d = y_gradient.to(torch::kFloat);
  auto gate = wide.narrow(1, 0, width), up = wide.narrow(1, width, width);
  auto share = torch::sigmoid(gate);
  auto gradient = torch::cat({d * up * share * (1 + gate * (1 - share)), d * gate * share}, 1);
  const auto type = gate_up.scalar_type();
  return {(gate * share * up).to(type), gradient.to(type)};
}

std::vector<torch::Tensor> inputs() {
  auto type = torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA);
  return {torch::randn({1024, 2 * 4864}, type), torch::randn({1024, 4864}, type)};
}
std::vector<torch::Tensor> inputs_float() {
  return {torch::randn({77, 2 * 132}, torch::kCUDA), torch::randn({77, 132}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_half() {
  auto type = torch::TensorOptions().dtype(torch::kHalf).device(torch::kCUDA);
  return {torch::randn({5, 2 * 88}, type), torch::randn({5, 88}, type)};
}
std::vector<torch::Tensor> inputs_one() {
  auto type = torch::TensorOptions().dtype(torch::kBFloat16).device(torch::kCUDA);
  return {torch::randn({1, 16}, type), torch::randn({1, 8}, type)};
}
