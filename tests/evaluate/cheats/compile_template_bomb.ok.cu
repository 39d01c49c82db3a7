// Unrolls a sum by a template that recurses to a depth of eight.
// reference: scale.cu
#include <torch/extension.h>

template <int DEPTH>
struct Items {
  static __device__ void scale(const float* x, float* y, int i, int stride, int n) {
    if (i < n) y[i] = 2.0f * x[i];
    Items<DEPTH - 1>::scale(x, y, i + stride, stride, n);
  }
};
template <>
struct Items<0> {
  static __device__ void scale(const float*, float*, int, int, int) {}
};

__global__ void scale(const float* x, float* y, int n) {
  Items<8>::scale(x, y, blockIdx.x * blockDim.x * 8 + threadIdx.x, blockDim.x, n);
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<(n + 1023) / 1024, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
