// Multiplies matrices with a 4 × 4 patch of the product per thread, held in registers.
// reference: matmul.cu
#include <torch/extension.h>

constexpr int kTile = 32, kPatch = 4, kDepth = 16;

__global__ void matmul(const float* __restrict__ A, const float* __restrict__ B,
                       float* __restrict__ C, int M, int N, int K) {
  __shared__ float a[kDepth][kTile + 1], b[kDepth][kTile + 1];
  const int thread = threadIdx.y * blockDim.x + threadIdx.x;
  const int row0 = blockIdx.y * kTile, col0 = blockIdx.x * kTile;
  float sum[kPatch][kPatch] = {};
  for (int k0 = 0; k0 < K; k0 += kDepth) {
    for (int e = thread; e < kTile * kDepth; e += 64) {
      const int k = e % kDepth, r = e / kDepth;
      a[k][r] = row0 + r < M && k0 + k < K ? A[(row0 + r) * K + k0 + k] : 0.0f;
      const int c = e % kTile, d = e / kTile;
      b[d][c] = k0 + d < K && col0 + c < N ? B[(k0 + d) * N + col0 + c] : 0.0f;
    }
    __syncthreads();
    for (int k = 0; k < kDepth; ++k)
#pragma unroll
      for (int i = 0; i < kPatch; ++i)
#pragma unroll
        for (int j = 0; j < kPatch; ++j)
          sum[i][j] += a[k][threadIdx.y * kPatch + i] * b[k][threadIdx.x * kPatch + j];
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < kPatch; ++i)
#pragma unroll
    for (int j = 0; j < kPatch; ++j) {
      const int row = row0 + threadIdx.y * kPatch + i, col = col0 + threadIdx.x * kPatch + j;
      if (row < M && col < N) C[row * N + col] = sum[i][j];
    }
}

torch::Tensor forward(torch::Tensor A, torch::Tensor B) {
  const int M = A.size(0), K = A.size(1), N = B.size(1);
  auto C = torch::empty({M, N}, A.options());
  dim3 grid((N + kTile - 1) / kTile, (M + kTile - 1) / kTile);
  matmul<<<grid, dim3(8, 8)>>>(A.data_ptr<float>(), B.data_ptr<float>(), C.data_ptr<float>(), M, N,
                               K);
  return C;
}
