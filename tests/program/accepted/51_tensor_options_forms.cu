#include <torch/extension.h>

__global__ void fill_kernel(float* a, int* b, double* c, int64_t* d, bool* e, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    a[i] = 0.5f * i;
    b[i] = i;
    c[i] = i / 3.0;
    d[i] = 1000000007LL * i;
    e[i] = i % 3 == 0;
  }
}

std::vector<torch::Tensor> forward(torch::Tensor x) {
  const int64_t n = x.numel();
  auto options = torch::TensorOptions().dtype(torch::kFloat32).device(x.device()).requires_grad(false);
  auto a = torch::empty({n}, options);
  auto b = torch::empty({n}, options.dtype(torch::kInt32));
  auto c = torch::zeros({n}, x.options().dtype(at::kDouble));
  auto d = torch::empty({n}, torch::dtype(torch::kInt64).device(torch::kCUDA));
  auto e = torch::zeros(n, torch::TensorOptions(torch::kBool).device(torch::kCUDA, x.get_device()));
  fill_kernel<<<(n + 255) / 256, 256>>>(a.data_ptr<float>(), b.data_ptr<int>(), c.data_ptr<double>(), d.data_ptr<int64_t>(), e.data_ptr<bool>(), n);
  return {a, b, c, d, e};
}

std::vector<torch::Tensor> expected(torch::Tensor x) {
  auto i = torch::arange(x.numel(), torch::dtype(torch::kLong).device(x.device()));
  return {i.to(torch::kFloat) * 0.5, i.to(torch::kInt), i.to(torch::kDouble) / 3.0, i * 1000000007, i.remainder(3).eq(0)};
}
std::vector<torch::Tensor> inputs() { return {torch::randn({290}, torch::kCUDA)}; }
