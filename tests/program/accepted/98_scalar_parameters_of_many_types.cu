#include <torch/extension.h>

__global__ void many(const float* x, float* y, bool flag, char c, unsigned char u8, short s16, unsigned short u16, int s32,
                     unsigned int u32, long long s64, size_t u64, float f, double d, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] + (flag ? 1 : 0) + c + u8 + s16 + u16 + s32 + u32 + s64 + u64 + f + (float)d;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  const unsigned char u8 = 200;
  uint32_t u32 = 7u;
  size_t count = x.numel();
  many<<<(n + 31) / 32, 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), n > 3, 'A' - 'B', u8, -3, 4, -5, u32, -8LL, count,
                              0.5, 1e0, n);
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x + (1 - 1 + 200 - 3 + 4 - 5 + 7 - 8 + 0.5 + 1 + x.numel()); }
std::vector<torch::Tensor> inputs() { return {torch::randn({45}, torch::kCUDA)}; }
