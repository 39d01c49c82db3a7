// The caller brings the output: a void function with an output tensor, and a wrapper that allocates.
#include <torch/extension.h>

__global__ void maximum_kernel(const float* a, const float* b, float* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = a[i] > b[i] ? a[i] : b[i];
}

void write_maximum(torch::Tensor& out, const torch::Tensor& a, const torch::Tensor& b) {
  const int n = out.numel();
  if (n == 0) return;
  maximum_kernel<<<(n + 255) / 256, 256>>>(a.data_ptr<float>(), b.data_ptr<float>(), out.data_ptr<float>(), n);
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b) {
  auto out = torch::empty(a.sizes(), a.options());
  write_maximum(out, a, b);
  return out;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b) { return torch::maximum(a, b); }
std::vector<torch::Tensor> inputs() { return {torch::randn({333}, torch::kCUDA), torch::randn({333}, torch::kCUDA)}; }
