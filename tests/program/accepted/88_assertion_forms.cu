#include <torch/extension.h>

__global__ void sub_kernel(const float* a, const float* b, float* c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] - b[i];
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b) {
  TORCH_CHECK(a.device().type() == torch::kCUDA);
  TORCH_CHECK(a.device() == b.device(), "a is on ", a.device(), " but b is on ", b.device());
  TORCH_CHECK_EQ(a.numel(), b.numel());
  TORCH_CHECK_VALUE(a.dim() == b.dim(), "dimensions differ");
  TORCH_INTERNAL_ASSERT(a.is_contiguous() && b.is_contiguous());
  AT_ASSERTM(a.scalar_type() == torch::kFloat, "a must be float");
  TORCH_CHECK(b.dtype() == a.dtype(), __func__, ": types differ: ", a.dtype(), " and ", b.dtype());
  TORCH_CHECK(!a.requires_grad(), "no gradient here");
  auto c = torch::empty_like(a);
  sub_kernel<<<(a.numel() + 255) / 256, 256>>>(a.data_ptr<float>(), b.data_ptr<float>(), c.data_ptr<float>(), a.numel());
  return c;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b) { return a - b; }
std::vector<torch::Tensor> inputs() { return {torch::randn({222}, torch::kCUDA), torch::randn({222}, torch::kCUDA)}; }
