#include <torch/extension.h>

__global__ void bitonic_step(float* v, int j, int k) {
  unsigned int i = threadIdx.x + blockDim.x * blockIdx.x;
  unsigned int other = i ^ j;
  if (other > i) {
    bool up = (i & k) == 0;
    if ((v[i] > v[other]) == up) {
      float t = v[i];
      v[i] = v[other];
      v[other] = t;
    }
  }
}

torch::Tensor forward(torch::Tensor x) {
  const int n = x.numel();
  TORCH_CHECK((n & (n - 1)) == 0 && n >= 64, "the length must be a power of two of at least 64");
  auto v = x.clone();
  for (int k = 2; k <= n; k <<= 1) {
    for (int j = k >> 1; j > 0; j >>= 1) {
      bitonic_step<<<n / 64, 64>>>(v.data_ptr<float>(), j, k);
    }
  }
  return v;
}

torch::Tensor expected(torch::Tensor x) { return std::get<0>(x.sort()); }
std::vector<torch::Tensor> inputs() { return {torch::randn({1024}, torch::kCUDA)}; }
