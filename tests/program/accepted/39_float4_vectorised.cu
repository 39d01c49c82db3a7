#include <torch/extension.h>

__global__ void add4_kernel(const float4* __restrict__ a, const float4* __restrict__ b, float4* __restrict__ c, int n4) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n4) {
    float4 u = a[i];
    float4 v = b[i];
    c[i] = make_float4(u.x + v.x, u.y + v.y, u.z + v.z, u.w + v.w);
  }
}

__global__ void add1_kernel(const float* a, const float* b, float* c, int start, int n) {
  int i = start + blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b) {
  auto c = torch::empty_like(a);
  const int n = a.numel();
  const int n4 = n / 4;
  if (n4 > 0) {
    add4_kernel<<<(n4 + 255) / 256, 256>>>(reinterpret_cast<const float4*>(a.data_ptr<float>()),
                                           reinterpret_cast<const float4*>(b.data_ptr<float>()),
                                           reinterpret_cast<float4*>(c.data_ptr<float>()), n4);
  }
  if (n % 4 != 0) {
    add1_kernel<<<1, 32>>>(a.data_ptr<float>(), b.data_ptr<float>(), c.data_ptr<float>(), n4 * 4, n);
  }
  return c;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b) { return a + b; }
std::vector<torch::Tensor> inputs() { return {torch::randn({4099}, torch::kCUDA), torch::randn({4099}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_small() { return {torch::randn({3}, torch::kCUDA), torch::randn({3}, torch::kCUDA)}; }
