#include <torch/extension.h>

#define USE_FAST_PATH 1
#define VERSION 3
#if defined(USE_FAST_PATH) && VERSION >= 2
#define THREADS 256
#else
#define THREADS 32
#endif

static_assert(THREADS % 32 == 0, "whole warps only");

__global__ void sqrt_kernel(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 300
  return;
#endif
  if (i < n) y[i] = sqrtf(x[i]);
}

#ifdef NEVER_DEFINED
torch::Tensor forward(torch::Tensor x) { return broken<<<syntax; }
#endif

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
#if USE_FAST_PATH
  sqrt_kernel<<<(x.numel() + THREADS - 1) / THREADS, THREADS>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
#else
  y = torch::sqrt(x);
#endif
#ifndef NDEBUG
  cudaDeviceSynchronize();
#endif
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x.sqrt(); }
std::vector<torch::Tensor> inputs() { return {torch::rand({800}, torch::kCUDA)}; }
