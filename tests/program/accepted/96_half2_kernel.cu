#include <torch/extension.h>
#include <cuda_fp16.h>

__global__ void add_half2(const __half2* a, const __half2* b, __half2* c, int n2) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n2) c[i] = __hadd2(a[i], b[i]);
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b) {
  TORCH_CHECK(a.numel() % 2 == 0, "an even number of elements is needed");
  auto c = torch::empty_like(a);
  const int n2 = a.numel() / 2;
  add_half2<<<(n2 + 127) / 128, 128>>>(reinterpret_cast<const __half2*>(a.data_ptr<at::Half>()),
                                       reinterpret_cast<const __half2*>(b.data_ptr<at::Half>()),
                                       reinterpret_cast<__half2*>(c.data_ptr<at::Half>()), n2);
  return c;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b) { return a + b; }
std::vector<torch::Tensor> inputs() {
  auto half = torch::TensorOptions().dtype(torch::kFloat16).device(torch::kCUDA);
  return {torch::randn({502}, half), torch::randn({502}, half)};
}
