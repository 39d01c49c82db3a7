#include <torch/extension.h>

__global__ void add_index(const float* x, float* y, int d, int h, int w) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int j = blockIdx.y * blockDim.y + threadIdx.y;
  int k = blockIdx.z * blockDim.z + threadIdx.z;
  if (i < w && j < h && k < d) {
    int at = (k * h + j) * w + i;
    y[at] += x[at] + (float)(i + 10 * j + 100 * k);
  }
}

torch::Tensor forward(torch::Tensor x) {
  int d = x.size(0), h = x.size(1), w = x.size(2);
  auto y = torch::zeros(x.sizes(), x.options());
  dim3 block = dim3(8, 4, 2);
  dim3 grid;
  grid.x = (w + block.x - 1) / block.x;
  grid.y = (h + block.y - 1) / block.y;
  grid.z = (d + block.z - 1) / block.z;
  add_index<<<grid, block>>>(x.data_ptr<float>(), y.data_ptr<float>(), d, h, w);
  dim3 flat_block{32};
  const dim3 flat_grid = {(unsigned)((w + 31) / 32), (unsigned)h, (unsigned)d};
  add_index<<<flat_grid, flat_block, 0, 0>>>(x.data_ptr<float>(), y.data_ptr<float>(), d, h, w);
  add_index<<<dim3(w, h, d), dim3(1, 1, 1), 0>>>(x.data_ptr<float>(), y.data_ptr<float>(), d, h, w);
  return y;
}

torch::Tensor expected(torch::Tensor x) {
  auto k = torch::arange(x.size(0), x.options()).view({-1, 1, 1});
  auto j = torch::arange(x.size(1), x.options()).view({1, -1, 1});
  auto i = torch::arange(x.size(2), x.options()).view({1, 1, -1});
  return 3 * (x + i + 10 * j + 100 * k);
}
std::vector<torch::Tensor> inputs() { return {torch::randn({3, 5, 37}, torch::kCUDA)}; }
