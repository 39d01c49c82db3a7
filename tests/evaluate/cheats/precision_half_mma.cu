// Batched product on the tensor cores with both operands rounded to half.
// reference: batched_matmul.cu
#include <cuda_fp16.h>
#include <torch/extension.h>

__device__ unsigned pair(float low, float high) {
  const __half2 both = __floats2half2_rn(low, high);
  return *reinterpret_cast<const unsigned*>(&both);
}

__global__ void bmm(const float* A, const float* W, float* C, int M, int N, int K) {
  const int group = threadIdx.x / 4, lane = threadIdx.x % 4, row0 = blockIdx.y * 16,
            col0 = blockIdx.x * 8;
  A += int64_t(blockIdx.z) * M * K, W += int64_t(blockIdx.z) * K * N,
      C += int64_t(blockIdx.z) * M * N;
  const auto a_at = [&](int row, int k) { return row < M && k < K ? A[row * K + k] : 0.0f; };
  const auto w_at = [&](int k, int col) { return k < K && col < N ? W[k * N + col] : 0.0f; };
  float c[4] = {};
  for (int k0 = 0; k0 < K; k0 += 16) {
    unsigned a[4], b[2];
    for (int i = 0; i < 4; ++i) {
      const int row = row0 + group + i % 2 * 8, k = k0 + 2 * lane + i / 2 * 8;
      a[i] = pair(a_at(row, k), a_at(row, k + 1));
    }
    for (int i = 0; i < 2; ++i) {
      const int k = k0 + 2 * lane + i * 8;
      b[i] = pair(w_at(k, col0 + group), w_at(k + 1, col0 + group));
    }
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  }
  for (int i = 0; i < 4; ++i) {
    const int row = row0 + group + i / 2 * 8, col = col0 + 2 * lane + i % 2;
    if (row < M && col < N) C[row * N + col] = c[i];
  }
}

torch::Tensor forward(torch::Tensor A, torch::Tensor W) {
  const int batches = A.size(0), M = A.size(1), K = A.size(2), N = W.size(2);
  auto C = torch::empty({batches, M, N}, A.options());
  bmm<<<dim3((N + 7) / 8, (M + 15) / 16, batches), 32>>>(A.data_ptr<float>(), W.data_ptr<float>(),
                                                         C.data_ptr<float>(), M, N, K);
  return C;
}
