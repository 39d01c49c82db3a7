#include <torch/extension.h>

__global__ void norm_kernel(const float* x, float* y, int rows, int cols, float p, float eps, bool root) {
  int r = blockIdx.x * blockDim.x + threadIdx.x;
  if (r >= rows) return;
  float sum = 0.f;
  for (int c = 0; c < cols; c++) sum += powf(fabsf(x[r * cols + c]), p);
  y[r] = (root ? powf(sum, 1.0f / p) : sum) + eps;
}

torch::Tensor forward(torch::Tensor x, double p = 3.0, float eps = 1e-6f, bool root = true, int threads = 64) {
  const int rows = x.size(0);
  auto y = torch::empty({rows}, x.options());
  norm_kernel<<<(rows + threads - 1) / threads, threads>>>(x.data_ptr<float>(), y.data_ptr<float>(), rows, x.size(1), p, eps, root);
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x.abs().pow(3.0).sum(1).pow(1.0 / 3.0) + 1e-6; }
std::vector<torch::Tensor> inputs() { return {torch::randn({80, 25}, torch::kCUDA)}; }
