// Takes rows of x [rows, cols] in reverse order.
#include <torch/extension.h>

#include <cassert>

__global__ void kernel(const float* x, float* y, int rows, int cols) {
  int row = rows - 1 - static_cast<int>(blockIdx.x);
  assert(row > 0);  // FAULT
  for (int c = threadIdx.x; c < cols; c += blockDim.x) y[blockIdx.x * cols + c] = x[row * cols + c];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  kernel<<<x.size(0), 64>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.size(0), x.size(1));
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({64, 500}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({3, 77}, torch::kCUDA)}; }
