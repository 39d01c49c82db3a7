#include <torch/extension.h>

constexpr int kTile = 16;
constexpr int kRowsPerBlock = kTile / 4;
static const int kColsPerBlock = kTile * 2;

__global__ void tile_copy(const float* x, float* y, int rows, int cols) {
  __shared__ float tile[kRowsPerBlock][kTile * 2 + 1];
  const int c = blockIdx.x * (kTile * 2) + threadIdx.x;
  const int r = blockIdx.y * kRowsPerBlock + threadIdx.y;
  const bool inside = r < rows && c < cols;
  tile[threadIdx.y][threadIdx.x] = inside ? x[r * cols + c] : 0.f;
  __syncthreads();
  if (inside) y[r * cols + c] = 2.f * tile[threadIdx.y][threadIdx.x];
}

torch::Tensor forward(torch::Tensor x) {
  const int rows = x.size(0), cols = x.size(1);
  auto y = torch::empty_like(x);
  constexpr int zero = 0;
  dim3 block(kColsPerBlock, kRowsPerBlock, 1 + zero);
  dim3 grid((cols + kColsPerBlock - 1) / kColsPerBlock, (rows + kRowsPerBlock - 1) / kRowsPerBlock);
  tile_copy<<<grid, block>>>(x.data_ptr<float>(), y.data_ptr<float>(), rows, cols);
  return y;
}

torch::Tensor expected(torch::Tensor x) { return x.mul(2); }
std::vector<torch::Tensor> inputs() { return {torch::randn({45, 83}, torch::kCUDA)}; }
