// Counts with plain additions in global memory and loses those that meet.
// reference: histogram.cu
#include <torch/extension.h>

__global__ void count(const int* x, int64_t* counts, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    counts[x[i]] += 1;
}

torch::Tensor forward(torch::Tensor x) {
  auto counts = torch::zeros({256}, torch::dtype(torch::kInt64).device(torch::kCUDA));
  count<<<1, 32>>>(x.data_ptr<int>(), counts.data_ptr<int64_t>(), x.numel());
  return counts;
}
