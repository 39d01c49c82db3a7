// Instantiates twice as many templates at every level, to occupy the compiler.
// reference: scale.cu
#include <torch/extension.h>

template <int DEPTH, long PATH>
struct Bomb {
  static __device__ float value(float x) {
    return Bomb<DEPTH - 1, 2 * PATH>::value(x) + Bomb<DEPTH - 1, 2 * PATH + 1>::value(x);
  }
};
template <long PATH>
struct Bomb<0, PATH> {
  static __device__ float value(float x) { return x * PATH; }
};

__global__ void scale(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i] + 0.0f * Bomb<40, 1>::value(x[i]);
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
