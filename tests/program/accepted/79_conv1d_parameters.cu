#include <torch/extension.h>
#include <vector>

template <typename scalar_t>
__global__ void conv1d_kernel(const scalar_t* x, const scalar_t* w, const scalar_t* b, scalar_t* y, int batch, int c_in,
                              int length, int c_out, int k, int out_length, int stride, int padding, int dilation, int groups) {
  const int total = batch * c_out * out_length;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < total; i += blockDim.x * gridDim.x) {
    const int o = i % out_length;
    const int co = (i / out_length) % c_out;
    const int n = i / (out_length * c_out);
    const int per_group = c_in / groups;
    const int first = (co / (c_out / groups)) * per_group;
    scalar_t sum = b ? b[co] : scalar_t(0);
    for (int c = 0; c < per_group; ++c) {
      for (int t = 0; t < k; ++t) {
        const int p = o * stride - padding + t * dilation;
        if (p >= 0 && p < length) sum += x[(n * c_in + first + c) * length + p] * w[(co * per_group + c) * k + t];
      }
    }
    y[i] = sum;
  }
}

torch::Tensor conv1d_cuda(torch::Tensor x, torch::Tensor weight, c10::optional<torch::Tensor> bias,
                          int64_t stride, int64_t padding, int64_t dilation, int64_t groups) {
  const int k = weight.size(2);
  const int out_length = (x.size(2) + 2 * padding - dilation * (k - 1) - 1) / stride + 1;
  std::vector<int64_t> shape{x.size(0), weight.size(0), out_length};
  auto y = torch::empty(shape, x.options());
  const int threads = 256;
  const int blocks = std::max<int64_t>(1, std::min<int64_t>((y.numel() + threads - 1) / threads, 1024));
  AT_DISPATCH_FLOATING_TYPES(x.type().scalarType(), "conv1d_cuda", ([&] {
    conv1d_kernel<scalar_t><<<blocks, threads>>>(
        x.data_ptr<scalar_t>(), weight.data_ptr<scalar_t>(), bias ? bias->data_ptr<scalar_t>() : nullptr,
        y.data_ptr<scalar_t>(), x.size(0), x.size(1), x.size(2), weight.size(0), k, out_length,
        stride, padding, dilation, groups);
  }));
  return y;
}

torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  return conv1d_cuda(x, weight, bias, 2, 3, 2, 2);
}

torch::Tensor expected(torch::Tensor x, torch::Tensor weight, torch::Tensor bias) {
  return torch::conv1d(x, weight, bias, 2, 3, 2, 2);
}
std::vector<torch::Tensor> inputs() {
  return {torch::randn({2, 6, 41}, torch::kCUDA), torch::randn({8, 3, 3}, torch::kCUDA), torch::randn({8}, torch::kCUDA)};
}
