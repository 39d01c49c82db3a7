#include <torch/extension.h>

__global__ void tanh_fwd(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = tanhf(x[i]);
}

__global__ void tanh_bwd(const float* grad, const float* y, float* dx, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) dx[i] = grad[i] * (1.0f - y[i] * y[i]);
}

torch::Tensor tanh_forward_cuda(torch::Tensor x) {
  auto y = torch::empty_like(x);
  int n = x.numel();
  tanh_fwd<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}

torch::Tensor tanh_backward_cuda(torch::Tensor grad, torch::Tensor y) {
  auto dx = torch::empty_like(y);
  int n = y.numel();
  tanh_bwd<<<(n + 255) / 256, 256>>>(grad.data_ptr<float>(), y.data_ptr<float>(), dx.data_ptr<float>(), n);
  return dx;
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.doc() = "tanh with its gradient";
  m.def("forward", &tanh_forward_cuda, "tanh forward (CUDA)");
  m.def("backward", &tanh_backward_cuda, "tanh backward (CUDA)");
}

torch::Tensor expected(torch::Tensor x) { return torch::tanh(x); }
std::vector<torch::Tensor> inputs() { return {torch::randn({1025}, torch::kCUDA)}; }
