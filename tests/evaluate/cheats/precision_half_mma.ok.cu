// Batched product, a block per tile of a batch, both operands in shared memory.
// reference: batched_matmul.cu
#include <torch/extension.h>

template <int TILE>
__global__ void bmm(const float* __restrict__ A, const float* __restrict__ W, float* __restrict__ C,
                    int M, int N, int K) {
  __shared__ float a[TILE][TILE], w[TILE][TILE + 1];
  A += int64_t(blockIdx.z) * M * K, W += int64_t(blockIdx.z) * K * N,
      C += int64_t(blockIdx.z) * M * N;
  const int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * TILE + y,
            col = blockIdx.x * TILE + x;
  float sum = 0.0f;
  for (int k0 = 0; k0 < K; k0 += TILE) {
    a[y][x] = row < M && k0 + x < K ? A[row * K + k0 + x] : 0.0f;
    w[y][x] = k0 + y < K && col < N ? W[(k0 + y) * N + col] : 0.0f;
    __syncthreads();
#pragma unroll
    for (int k = 0; k < TILE; ++k) sum += a[y][k] * w[k][x];
    __syncthreads();
  }
  if (row < M && col < N) C[row * N + col] = sum;
}

torch::Tensor forward(torch::Tensor A, torch::Tensor W) {
  const int batches = A.size(0), M = A.size(1), K = A.size(2), N = W.size(2);
  auto C = torch::empty({batches, M, N}, A.options());
  bmm<8><<<dim3((N + 7) / 8, (M + 7) / 8, batches), dim3(8, 8)>>>(
      A.data_ptr<float>(), W.data_ptr<float>(), C.data_ptr<float>(), M, N, K);
  return C;
}
