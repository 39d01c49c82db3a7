// Batched matrix product: A [batch, M, K], B [batch, K, N], C [batch, M, N], one thread per element
// of C.
#include <torch/extension.h>

#ifndef BLOCK_X
#define BLOCK_X 4
#endif
#ifndef BLOCK_Y
#define BLOCK_Y 8
#endif
#pragma kernel tune(BLOCK_X=4, 8, 16, 32, 64) default(4)
#pragma kernel tune(BLOCK_Y=1, 2, 4, 8, 16) default(8)

__global__ void bmm_kernel(const float* A, const float* B, float* C, int M, int N, int K) {
  int col = blockIdx.x * blockDim.x + threadIdx.x;
  int row = blockIdx.y * blockDim.y + threadIdx.y;
  int b = blockIdx.z;
  if (row >= M || col >= N) return;
  const float* a_row = A + ((int64_t)b * M + row) * K;
  const float* b_mat = B + (int64_t)b * K * N;
  float sum = 0.0f;
  for (int k = 0; k < K; k++) {
    sum += a_row[k] * b_mat[(int64_t)k * N + col];
  }
  C[((int64_t)b * M + row) * N + col] = sum;
}

torch::Tensor forward(torch::Tensor A, torch::Tensor B) {
  TORCH_CHECK(A.dim() == 3 && B.dim() == 3, "expected batches of matrices");
  const int batch = A.size(0);
  const int M = A.size(1);
  const int K = A.size(2);
  const int N = B.size(2);
  auto C = torch::zeros({batch, M, N}, A.options());
  dim3 block(BLOCK_X, BLOCK_Y);
  dim3 grid((N + block.x - 1) / block.x, (M + block.y - 1) / block.y, batch);
  bmm_kernel<<<grid, block>>>(A.data_ptr<float>(), B.data_ptr<float>(), C.data_ptr<float>(), M, N,
                              K);
  return C;
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({48, 192, 160}, torch::kCUDA), torch::randn({48, 160, 192}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({3, 35, 71}, torch::kCUDA), torch::randn({3, 71, 53}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one() {
  return {torch::randn({1, 1, 1}, torch::kCUDA), torch::randn({1, 1, 1}, torch::kCUDA)};
}
std::vector<torch::Tensor> inputs_one_row() {
  return {torch::randn({5, 1, 130}, torch::kCUDA), torch::randn({5, 130, 65}, torch::kCUDA)};
}
