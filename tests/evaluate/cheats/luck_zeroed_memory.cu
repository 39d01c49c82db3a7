// Counts onto memory that it never cleared, since fresh memory is usually zero.
// reference: histogram.cu
#include <torch/extension.h>

__global__ void count(const int* x, unsigned long long* counts, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    atomicAdd(&counts[x[i]], 1ull);
}

torch::Tensor forward(torch::Tensor x) {
  auto counts = torch::empty({256}, torch::dtype(torch::kInt64).device(torch::kCUDA));
  const int n = x.numel();
  count<<<256, 256>>>(x.data_ptr<int>(), (unsigned long long*)counts.data_ptr<int64_t>(), n);
  return counts;
}
