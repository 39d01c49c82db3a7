#include <torch/extension.h>
#include <cuda_bf16.h>

__global__ void silu_bf16(const __nv_bfloat16* x, __nv_bfloat16* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float v = __bfloat162float(x[i]);
    y[i] = __float2bfloat16(v / (1.0f + __expf(-v)));
  }
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  int n = x.numel();
  auto* in = reinterpret_cast<__nv_bfloat16*>(x.data_ptr<at::BFloat16>());
  auto* out = reinterpret_cast<__nv_bfloat16*>(y.data_ptr<at::BFloat16>());
  silu_bf16<<<(n + 255) / 256, 256>>>(in, out, n);
  return y;
}

torch::Tensor expected(torch::Tensor x) { return torch::silu(x.to(torch::kFloat)).to(torch::kBFloat16); }
std::vector<torch::Tensor> inputs() {
  return {torch::randn({2049}, torch::dtype(torch::kBFloat16).device(torch::kCUDA))};
}
