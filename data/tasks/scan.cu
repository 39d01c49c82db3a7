// Inclusive prefix sum of int32 counts: x [n] to y [n]. Blocks scan their part, then their totals
// are scanned in the same way, then every block adds what stands before it.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 64
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512, 1024) default(64)

__global__ void scan_blocks(const int* x, int* y, int* totals, int n) {
  __shared__ int values[2][BLOCK];
  int t = threadIdx.x;
  int i = blockIdx.x * BLOCK + t;
  int from = 0;
  values[from][t] = i < n ? x[i] : 0;
  __syncthreads();
  for (int offset = 1; offset < BLOCK; offset *= 2) {
    int v = values[from][t];
    if (t >= offset) v += values[from][t - offset];
    values[1 - from][t] = v;
    from = 1 - from;
    __syncthreads();
  }
  if (i < n) y[i] = values[from][t];
  if (t == BLOCK - 1) totals[blockIdx.x] = values[from][t];
}

__global__ void add_offsets(int* y, const int* scanned, int n) {
  int i = blockIdx.x * BLOCK + threadIdx.x;
  if (blockIdx.x > 0 && i < n) y[i] += scanned[blockIdx.x - 1];
}

torch::Tensor scan(torch::Tensor x) {
  int n = x.numel();
  int blocks = (n + BLOCK - 1) / BLOCK;
  auto y = torch::empty_like(x);
  auto totals = torch::empty({blocks}, x.options());
  scan_blocks<<<blocks, BLOCK>>>(x.data_ptr<int>(), y.data_ptr<int>(), totals.data_ptr<int>(), n);
  if (blocks > 1) {
    auto scanned = scan(totals);
    add_offsets<<<blocks, BLOCK>>>(y.data_ptr<int>(), scanned.data_ptr<int>(), n);
  }
  return y;
}

torch::Tensor forward(torch::Tensor x) {
  TORCH_CHECK(x.scalar_type() == torch::kInt32, "expected int32 counts");
  return scan(x.contiguous());
}

std::vector<torch::Tensor> inputs() {
  return {torch::randint(0, 100, {1 << 22}, torch::dtype(torch::kInt32).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randint(-50, 50, {70001}, torch::dtype(torch::kInt32).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_one() {
  return {torch::randint(0, 100, {1}, torch::dtype(torch::kInt32).device(torch::kCUDA))};
}
std::vector<torch::Tensor> inputs_block_edge() {
  return {torch::randint(0, 100, {4097}, torch::dtype(torch::kInt32).device(torch::kCUDA))};
}
