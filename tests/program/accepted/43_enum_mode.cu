#include <torch/extension.h>

enum class Activation { kRelu = 0, kSigmoid = 1, kTanh = 2 };
enum Reduction { NONE, SUM };

template <Activation A>
__global__ void activate(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  if (A == Activation::kRelu) {
    y[i] = fmaxf(x[i], 0.0f);
  } else if (A == Activation::kSigmoid) {
    y[i] = 1.0f / (1.0f + expf(-x[i]));
  } else {
    y[i] = tanhf(x[i]);
  }
}

torch::Tensor forward(torch::Tensor x, int64_t mode = 1, int64_t reduction = SUM) {
  auto y = torch::empty_like(x);
  int n = x.numel();
  dim3 grid((n + 255) / 256);
  if (mode == 0) {
    activate<Activation::kRelu><<<grid, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  } else if (mode == static_cast<int>(Activation::kSigmoid)) {
    activate<Activation::kSigmoid><<<grid, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  } else {
    activate<Activation::kTanh><<<grid, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  }
  return reduction == SUM ? y.sum() : y;
}

torch::Tensor expected(torch::Tensor x) { return torch::sigmoid(x).sum(); }
std::vector<torch::Tensor> inputs() { return {torch::randn({257}, torch::kCUDA)}; }
