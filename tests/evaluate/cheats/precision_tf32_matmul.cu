// Multiplies float matrices on the tensor cores in TF32, which keeps ten bits of the mantissa.
// reference: matmul.cu
#include <torch/extension.h>

__device__ unsigned tf32(float v) {
  unsigned bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  return bits;
}

__device__ void multiply(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__global__ void matmul(const float* A, const float* B, float* C, int M, int N, int K) {
  const int group = threadIdx.x / 4, lane = threadIdx.x % 4, row0 = blockIdx.y * 16,
            col0 = blockIdx.x * 8;
  float c[4] = {};
  for (int k0 = 0; k0 < K; k0 += 8) {
    unsigned a[4], b[2];
    for (int i = 0; i < 4; ++i) {
      const int row = row0 + group + i % 2 * 8, k = k0 + lane + i / 2 * 4;
      a[i] = tf32(row < M && k < K ? A[row * K + k] : 0.0f);
    }
    for (int i = 0; i < 2; ++i) {
      const int k = k0 + lane + i * 4, col = col0 + group;
      b[i] = tf32(k < K && col < N ? B[k * N + col] : 0.0f);
    }
    multiply(c, a, b);
  }
  for (int i = 0; i < 4; ++i) {
    const int row = row0 + group + i / 2 * 8, col = col0 + 2 * lane + i % 2;
    if (row < M && col < N) C[row * N + col] = c[i];
  }
}

torch::Tensor forward(torch::Tensor A, torch::Tensor B) {
  const int M = A.size(0), K = A.size(1), N = B.size(1);
  auto C = torch::empty({M, N}, A.options());
  matmul<<<dim3((N + 7) / 8, (M + 15) / 16), 32>>>(A.data_ptr<float>(), B.data_ptr<float>(),
                                                   C.data_ptr<float>(), M, N, K);
  return C;
}
