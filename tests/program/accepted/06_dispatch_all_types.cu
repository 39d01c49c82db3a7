#include <torch/extension.h>

template <typename scalar_t>
__global__ void square_kernel(const scalar_t* x, scalar_t* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] * x[i];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  AT_DISPATCH_ALL_TYPES(x.scalar_type(), "square", [&] {
    square_kernel<scalar_t><<<(x.numel() + 63) / 64, 64>>>(x.data_ptr<scalar_t>(), y.data_ptr<scalar_t>(), x.numel());
  });
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x * x; }
std::vector<torch::Tensor> inputs() { return {torch::randn({500}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_int() {
  return {torch::randint(-100, 100, {501}, torch::TensorOptions().dtype(torch::kInt32).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_long() {
  return {torch::randint(-1000, 1000, {33}, torch::TensorOptions().dtype(torch::kLong).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_byte() {
  return {torch::randint(0, 15, {70}, torch::TensorOptions().dtype(torch::kUInt8).device(torch::kCUDA))};
}
