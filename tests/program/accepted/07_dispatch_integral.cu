#include <torch/extension.h>

template <typename scalar_t>
__global__ void popcount_kernel(const scalar_t* x, int* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    int count = 0;
    for (scalar_t v = x[i]; v > 0; v /= 2) count += v % 2;
    y[i] = count;
  }
}

// Number of one bits of non-negative integers.
torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty(x.sizes(), x.options().dtype(torch::kInt));
  int n = static_cast<int>(x.numel());
  AT_DISPATCH_INTEGRAL_TYPES(x.scalar_type(), "popcount", [&] {
    popcount_kernel<scalar_t><<<(n + 255) / 256, 256>>>(x.data_ptr<scalar_t>(), y.data_ptr<int>(), n);
  });
  return y;
}

torch::Tensor expected(torch::Tensor x) {
  auto y = torch::zeros_like(x);
  for (int bit = 0; bit < 7; ++bit) {
    y = y + torch::bitwise_and(torch::bitwise_right_shift(x, bit), 1);
  }
  return y.to(torch::kInt);
}
std::vector<torch::Tensor> inputs() {
  return {torch::randint(0, 127, {300}, torch::dtype(torch::kInt64).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_byte() {
  return {torch::randint(0, 127, {31}, torch::dtype(torch::kUInt8).device(torch::kCUDA))};
}
