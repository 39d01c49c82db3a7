// Cosine similarity of rows: a and b [rows, dim] to y [rows] = a.b / max(|a| |b|, 1e-8). One block
// per row.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256, 512) default(32)

__global__ void cosine_kernel(const float* a, const float* b, float* y, int dim) {
  __shared__ float ab[BLOCK], aa[BLOCK], bb[BLOCK];
  int64_t base = (int64_t)blockIdx.x * dim;
  int t = threadIdx.x;
  float sum_ab = 0.0f, sum_aa = 0.0f, sum_bb = 0.0f;
  for (int d = t; d < dim; d += BLOCK) {
    float u = a[base + d];
    float v = b[base + d];
    sum_ab += u * v;
    sum_aa += u * u;
    sum_bb += v * v;
  }
  ab[t] = sum_ab;
  aa[t] = sum_aa;
  bb[t] = sum_bb;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (t < step) {
      ab[t] += ab[t + step];
      aa[t] += aa[t + step];
      bb[t] += bb[t + step];
    }
    __syncthreads();
  }
  if (t == 0) y[blockIdx.x] = ab[0] / fmaxf(sqrtf(aa[0]) * sqrtf(bb[0]), 1e-8f);
}

torch::Tensor forward(torch::Tensor a, torch::Tensor b) {
  TORCH_CHECK(a.sizes() == b.sizes(), "a and b differ in shape");
  auto y = torch::empty({a.size(0)}, a.options());
  cosine_kernel<<<a.size(0), BLOCK>>>(a.data_ptr<float>(), b.data_ptr<float>(), y.data_ptr<float>(),
                                      a.size(1));
  return y;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({8192, 768}, torch::kCUDA), torch::randn({8192, 768}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({45, 391}, torch::kCUDA), torch::randn({45, 391}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one_row() {
  return {torch::randn({1, 2050}, torch::kCUDA), torch::randn({1, 2050}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_zeros() {
  return {torch::zeros({3, 17}, torch::kCUDA), torch::randn({3, 17}, torch::kCUDA)};
}
