#include <torch/extension.h>
#include <torch/library.h>

__global__ void softsign_kernel(const float* x, float* y, int64_t n) {
  int64_t i = blockIdx.x * (int64_t)blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] / (1.0f + fabsf(x[i]));
}

at::Tensor softsign_cuda(const at::Tensor& x) {
  at::Tensor x_ = x.contiguous();
  at::Tensor y = at::empty(x_.sizes(), x_.options());
  softsign_kernel<<<(x_.numel() + 255) / 256, 256>>>(x_.data_ptr<float>(), y.data_ptr<float>(), x_.numel());
  return y;
}

TORCH_LIBRARY(corpus_softsign, m) { m.def("forward", &softsign_cuda); }

at::Tensor expected(const at::Tensor& x) { return x / (1 + at::abs(x)); }
std::vector<at::Tensor> inputs() { return {at::randn({345}, at::kCUDA)}; }
