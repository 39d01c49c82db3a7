#include <torch/extension.h>
#include <vector>

// Mean over one dimension; the tensor is seen as [outer, reduce, inner].
__global__ void mean_dim_kernel(const float* x, float* y, int64_t outer, int64_t reduce, int64_t inner) {
  int64_t i = blockIdx.x * (int64_t)blockDim.x + threadIdx.x;
  if (i >= outer * inner) return;
  int64_t o = i / inner;
  int64_t k = i % inner;
  float sum = 0;
  for (int64_t r = 0; r < reduce; r++) sum += x[(o * reduce + r) * inner + k];
  y[i] = sum / reduce;
}

torch::Tensor forward(torch::Tensor x, int64_t dim = 1) {
  if (dim < 0) dim += x.dim();
  auto sizes = x.sizes().vec();
  int64_t outer = 1;
  int64_t inner = 1;
  for (int i = 0; i < dim; i++) {
    outer *= sizes[i];
  }
  for (size_t i = dim + 1; i < sizes.size(); i++) {
    inner *= sizes[i];
  }
  const int64_t reduce = sizes[dim];
  sizes.erase(sizes.begin() + dim);
  std::vector<int64_t> shape;
  for (auto s : sizes) shape.push_back(s);
  auto y = torch::empty(shape, x.options());
  const int threads = 128;
  mean_dim_kernel<<<(outer * inner + threads - 1) / threads, threads>>>(x.data_ptr<float>(), y.data_ptr<float>(), outer, reduce, inner);
  return y;
}

torch::Tensor expected(torch::Tensor x, int64_t dim = 1) { return x.mean(dim); }
std::vector<torch::Tensor> inputs() { return {torch::randn({4, 21, 30}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_flat() { return {torch::randn({4, 21}, torch::kCUDA)}; }
