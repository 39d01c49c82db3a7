#include <torch/extension.h>

__global__ void quantise(const float* x, int8_t* q, float inv_scale, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float v = rintf(x[i] * inv_scale);
    v = fminf(fmaxf(v, -128.0f), 127.0f);
    q[i] = static_cast<int8_t>(v);
  }
}

__global__ void dequantise(const int8_t* q, float* x, float scale, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] = scale * q[i];
}

std::tuple<torch::Tensor, torch::Tensor> forward(torch::Tensor x) {
  const float scale = 0.03125f;
  const int n = x.numel();
  auto q = torch::empty_like(x, x.options().dtype(torch::kInt8));
  auto back = torch::empty_like(x);
  const int threads = 256, blocks = (n + threads - 1) / threads;
  quantise<<<blocks, threads>>>(x.data_ptr<float>(), q.data_ptr<int8_t>(), 1.0f / scale, n);
  dequantise<<<blocks, threads>>>(q.data_ptr<int8_t>(), back.data_ptr<float>(), scale, n);
  return std::make_tuple(q, back);
}

std::tuple<torch::Tensor, torch::Tensor> expected(torch::Tensor x) {
  auto q = torch::round(x * 32).clamp(-128, 127);
  return std::make_tuple(q.to(torch::kInt8), q * 0.03125);
}
std::vector<torch::Tensor> inputs() { return {2 * torch::randn({1111}, torch::kCUDA)}; }
