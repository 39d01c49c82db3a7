// 2.5 x + y with a multiplication and an addition that the compiler must not fuse.
// reference: saxpy.cu
#include <torch/extension.h>

__global__ void saxpy(const float* __restrict__ x, const float* __restrict__ y,
                      float* __restrict__ out, int n) {
  CUDA_KERNEL_LOOP(i, n) { out[i] = __fadd_rn(__fmul_rn(2.5f, x[i]), y[i]); }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor y) {
  auto out = torch::empty_like(x);
  const int n = x.numel();
  saxpy<<<std::min((n + 255) / 256, 2112), 256>>>(x.data_ptr<float>(), y.data_ptr<float>(),
                                                  out.data_ptr<float>(), n);
  return out;
}
