#include <torch/extension.h>

template <typename scalar_t, typename acc_t>
__global__ void dot_rows(const scalar_t* a, const scalar_t* b, scalar_t* out, int rows, int cols) {
  int r = blockIdx.x * blockDim.x + threadIdx.x;
  if (r >= rows) return;
  acc_t acc = 0;
  for (int c = 0; c < cols; c++) {
    acc += static_cast<acc_t>(a[r * cols + c]) * static_cast<acc_t>(b[r * cols + c]);
  }
  out[r] = static_cast<scalar_t>(acc);
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b) {
  auto rows = a.size(0);
  auto out = torch::empty({rows}, a.options());
  if (a.scalar_type() == at::kHalf) {
    dot_rows<at::Half, float><<<(rows + 63) / 64, 64>>>(a.data_ptr<at::Half>(), b.data_ptr<at::Half>(), out.data_ptr<at::Half>(), rows, a.size(1));
  } else {
    AT_DISPATCH_FLOATING_TYPES(a.scalar_type(), "dot_rows", [&] {
      dot_rows<scalar_t, double><<<(rows + 63) / 64, 64>>>(a.data_ptr<scalar_t>(), b.data_ptr<scalar_t>(), out.data_ptr<scalar_t>(), rows, a.size(1));
    });
  }
  return out;
}

torch::Tensor expected(torch::Tensor a, torch::Tensor b) {
  return (a.to(torch::kDouble) * b.to(torch::kDouble)).sum(1).to(a.scalar_type());
}
std::vector<torch::Tensor> inputs() { return {torch::randn({100, 40}, torch::kCUDA), torch::randn({100, 40}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_half() {
  return {torch::randn({10, 40}, torch::kCUDA).to(at::kHalf), torch::randn({10, 40}, torch::kCUDA).to(at::kHalf)};
}
