#include <torch/extension.h>
#include <cuda_fp16.h>

__global__ void half_axpy(const __half* x, const __half* y, __half* z, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    z[i] = __float2half(a * __half2float(x[i]) + __half2float(y[i]));
  }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  TORCH_CHECK(x.scalar_type() == torch::kHalf && y.scalar_type() == torch::kFloat16, "expected half");
  auto z = torch::empty_like(x);
  const int n = x.numel();
  half_axpy<<<(n + 255) / 256, 256>>>(reinterpret_cast<const __half*>(x.data_ptr<at::Half>()),
                                      reinterpret_cast<const __half*>(y.data_ptr<at::Half>()),
                                      reinterpret_cast<__half*>(z.data_ptr<at::Half>()), 1.5f, n);
  return z;
}

torch::Tensor expected(torch::Tensor x, torch::Tensor y) {
  return (1.5 * x.to(torch::kFloat) + y.to(torch::kFloat)).to(torch::kHalf);
}
std::vector<torch::Tensor> inputs() {
  return {torch::randn({1000}, torch::kCUDA).to(torch::kHalf), torch::randn({1000}, torch::kCUDA).to(torch::kHalf)};
}
