// Mean squared error with one atomic addition per block onto a zeroed scalar.
// reference: mean_loss.cu
#include <torch/extension.h>

__global__ void loss(const float* __restrict__ a, const float* __restrict__ b,
                     float* __restrict__ out, int n, float inverse) {
  __shared__ float partial[256];
  float sum = 0.0f;
  for (int i = blockIdx.x * 256 + threadIdx.x; i < n; i += gridDim.x * 256) {
    const float d = a[i] - b[i];
    sum += d * d;
  }
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int half = 128; half > 0; half /= 2) {
    if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) atomicAdd(out, partial[0] * inverse);
}

torch::Tensor forward(torch::Tensor prediction, torch::Tensor target) {
  auto out = torch::zeros({}, prediction.options());
  const int n = prediction.numel();
  loss<<<std::min((n + 255) / 256, 528), 256>>>(
      prediction.data_ptr<float>(), target.data_ptr<float>(), out.data_ptr<float>(), n, 1.0f / n);
  return out;
}
