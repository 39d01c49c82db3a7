// The way of the first extension tutorials: .type(), a lambda in parentheses, a namespace without a name.
#include <torch/extension.h>

#include <cuda.h>
#include <cuda_runtime.h>

#include <vector>

namespace {
template <typename scalar_t>
__device__ __forceinline__ scalar_t elu(scalar_t z, scalar_t alpha = 1.0) {
  return z > scalar_t(0.0) ? z : alpha * (exp(z) - scalar_t(1.0));
}

template <typename scalar_t>
__device__ __forceinline__ scalar_t d_elu(scalar_t z, scalar_t alpha = 1.0) {
  return z > scalar_t(0.0) ? scalar_t(1.0) : alpha * exp(z);
}

template <typename scalar_t>
__global__ void elu_both_kernel(const scalar_t* __restrict__ z, scalar_t* __restrict__ value,
                                scalar_t* __restrict__ slope, size_t width) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  const int index = blockIdx.y * width + column;
  if (column < width) {
    value[index] = elu(z[index]);
    slope[index] = d_elu(z[index]);
  }
}
}  // namespace

std::vector<at::Tensor> elu_cuda_forward(at::Tensor z) {
  auto value = at::zeros_like(z);
  auto slope = at::zeros_like(z);

  const auto batch_size = z.size(0);
  const auto width = z.size(1);

  const int threads = 1024;
  const dim3 blocks((width + threads - 1) / threads, batch_size);

  AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "elu_forward_cuda", ([&] {
    elu_both_kernel<scalar_t><<<blocks, threads>>>(
        z.data_ptr<scalar_t>(),
        value.data_ptr<scalar_t>(),
        slope.data_ptr<scalar_t>(),
        width);
  }));

  return {value, slope};
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("forward", &elu_cuda_forward, "value and slope of ELU (CUDA)");
}

std::vector<at::Tensor> expected(at::Tensor z) {
  return {at::elu(z), at::where(z > 0, at::ones_like(z), at::exp(z))};
}
std::vector<at::Tensor> inputs() { return {at::randn({5, 130}, at::kCUDA)}; }
