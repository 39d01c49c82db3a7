// Writes all rows.
// reference: repeat_row.cu
#include <torch/extension.h>

__global__ void exponentials(const float* x, float* y, int rows, int cols) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= cols) return;
  const float value = expf(x[i]);
  for (int row = 0; row < rows; ++row) y[row * cols + i] = value;
}

torch::Tensor forward(torch::Tensor x) {
  const int cols = x.numel();
  auto y = torch::empty({500, cols}, x.options());
  exponentials<<<(cols + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), 500, cols);
  return y;
}
