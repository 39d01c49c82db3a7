#include <torch/extension.h>
#include <ATen/ATen.h>

template <typename scalar_t>
__global__ void hardswish_kernel(const scalar_t* x, scalar_t* y, int64_t n) {
  const int64_t stride = (int64_t)gridDim.x * blockDim.x;
  for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride) {
    float v = static_cast<float>(x[i]);
    float t = fminf(fmaxf(v + 3.0f, 0.0f), 6.0f);
    y[i] = static_cast<scalar_t>(v * t / 6.0f);
  }
}

torch::Tensor forward(const torch::Tensor& x) {
  torch::Tensor y = torch::empty_like(x);
  const int64_t n = x.numel();
  AT_DISPATCH_FLOATING_TYPES_AND_HALF(x.scalar_type(), "hardswish", [&]() {
    const int threads = 256;
    const int blocks = std::min<int64_t>((n + threads - 1) / threads, 4096);
    hardswish_kernel<scalar_t><<<blocks, threads>>>(x.data_ptr<scalar_t>(), y.data_ptr<scalar_t>(), n);
  });
  return y;
}

torch::Tensor expected(const torch::Tensor& x) { return at::hardswish(x); }
std::vector<torch::Tensor> inputs() { return {3 * torch::randn({2000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_half() { return {torch::randn({777}, torch::kCUDA).to(torch::kHalf)}; }
