// Takes the hardware's approximate tanh, good to eleven bits.
// reference: chain.cu
#include <torch/extension.h>

__global__ void chain(const float* x, const float* gain, const float* bias, float* y, int n,
                      int cols) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const float v = fminf(fmaxf(x[i], -6.0f), 6.0f) * gain[i % cols] + bias[i % cols];
  asm("tanh.approx.f32 %0, %1;" : "=f"(y[i]) : "f"(v));
}

torch::Tensor forward(torch::Tensor x, torch::Tensor gain, torch::Tensor bias) {
  auto y = torch::empty_like(x);
  const int n = x.numel(), cols = x.size(1);
  chain<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), gain.data_ptr<float>(),
                                  bias.data_ptr<float>(), y.data_ptr<float>(), n, cols);
  return y;
}
