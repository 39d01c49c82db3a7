// The C++ half and the CUDA half of an extension in one file: declarations, wrappers, kernels, bindings.
#include <torch/extension.h>
#include <vector>

// CUDA declarations
std::vector<torch::Tensor> glu_cuda_forward(torch::Tensor input, int64_t dim);
std::vector<torch::Tensor> glu_cuda_backward(torch::Tensor grad, torch::Tensor input, int64_t dim);

// C++ interface
#define CHECK_CUDA(x) TORCH_CHECK(x.device().is_cuda(), #x " must be a CUDA tensor")
#define CHECK_CONTIGUOUS(x) TORCH_CHECK(x.is_contiguous(), #x " must be contiguous")
#define CHECK_INPUT(x) \
  CHECK_CUDA(x);       \
  CHECK_CONTIGUOUS(x)

std::vector<torch::Tensor> glu_forward(torch::Tensor input, int64_t dim = 1) {
  CHECK_INPUT(input);
  return glu_cuda_forward(input, dim);
}

std::vector<torch::Tensor> glu_backward(torch::Tensor grad, torch::Tensor input, int64_t dim = 1) {
  CHECK_INPUT(grad);
  CHECK_INPUT(input);
  return glu_cuda_backward(grad, input, dim);
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("forward", &glu_forward, "GLU forward (CUDA)", py::arg("input"), py::arg("dim") = 1);
  m.def("backward", &glu_backward, "GLU backward (CUDA)");
}

// CUDA kernels
template <typename scalar_t>
__global__ void glu_forward_kernel(const scalar_t* __restrict__ in, scalar_t* __restrict__ out, int half, int total) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < total) {
    const int row = i / half, col = i % half;
    const scalar_t gate = in[row * 2 * half + half + col];
    out[i] = in[row * 2 * half + col] / (scalar_t(1) + exp(-gate));
  }
}

std::vector<torch::Tensor> glu_cuda_forward(torch::Tensor input, int64_t dim) {
  TORCH_CHECK(input.dim() == 2 && dim == 1, "only rows of matrices are supported");
  const auto rows = input.size(0);
  const auto half = input.size(1) / 2;
  auto out = torch::empty({rows, half}, input.options());
  const int threads = 256;
  const int blocks = (out.numel() + threads - 1) / threads;
  AT_DISPATCH_FLOATING_TYPES(input.scalar_type(), "glu_forward_cuda", ([&] {
    glu_forward_kernel<scalar_t><<<blocks, threads>>>(input.data_ptr<scalar_t>(), out.data_ptr<scalar_t>(), half, out.numel());
  }));
  return {out};
}

std::vector<torch::Tensor> glu_cuda_backward(torch::Tensor grad, torch::Tensor input, int64_t dim) {
  return {torch::glu_backward(grad, input, dim)};
}

std::vector<torch::Tensor> expected(torch::Tensor input, int64_t dim = 1) { return {torch::glu(input, dim)}; }
std::vector<torch::Tensor> inputs() { return {torch::randn({21, 66}, torch::kCUDA)}; }
