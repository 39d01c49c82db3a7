// Copies x [n] but for its first element, four at a time.
#include <torch/extension.h>

__global__ void kernel(const float* x, float* y, int n) {
  int i = 4 * (blockIdx.x * blockDim.x + threadIdx.x);
  if (i + 3 < n) {
    float4 v = *reinterpret_cast<const float4*>(x + i + 1);  // FAULT
    y[i] = v.x;
    y[i + 1] = v.y;
    y[i + 2] = v.z;
    y[i + 3] = v.w;
  } else {
    for (; i < n; i++) y[i] = x[i + 1];
  }
}

torch::Tensor forward(torch::Tensor x) {
  const int n = x.numel() - 1;
  auto y = torch::empty({n}, x.options());
  kernel<<<(n / 4 + 128) / 128, 128>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({40000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({1013}, torch::kCUDA)}; }
