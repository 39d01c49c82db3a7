// Multiplies on the tensor cores with every number split in two of TF32, as precise as float.
// reference: matmul.cu
#include <torch/extension.h>

__device__ unsigned tf32(float v) {
  unsigned bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  return bits;
}

struct Split {
  unsigned high, low;
  __device__ Split(float v) : high(tf32(v)), low(tf32(v - __uint_as_float(high))) {}
};

__device__ void multiply(float (&c)[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3,
                         unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

__global__ void matmul(const float* __restrict__ A, const float* __restrict__ B,
                       float* __restrict__ C, int M, int N, int K) {
  const int group = threadIdx.x / 4, lane = threadIdx.x % 4, row0 = blockIdx.y * 16,
            col0 = blockIdx.x * 8;
  const auto a_at = [&](int row, int k) { return Split(row < M && k < K ? A[row * K + k] : 0.0f); };
  const auto b_at = [&](int k, int col) { return Split(k < K && col < N ? B[k * N + col] : 0.0f); };
  float large[4] = {}, small[4] = {};
  for (int k0 = 0; k0 < K; k0 += 8) {
    const Split a0 = a_at(row0 + group, k0 + lane), a1 = a_at(row0 + group + 8, k0 + lane);
    const Split a2 = a_at(row0 + group, k0 + lane + 4), a3 = a_at(row0 + group + 8, k0 + lane + 4);
    const Split b0 = b_at(k0 + lane, col0 + group), b1 = b_at(k0 + lane + 4, col0 + group);
    multiply(small, a0.low, a1.low, a2.low, a3.low, b0.high, b1.high);
    multiply(small, a0.high, a1.high, a2.high, a3.high, b0.low, b1.low);
    float part[4] = {};
    multiply(part, a0.high, a1.high, a2.high, a3.high, b0.high, b1.high);
    for (int i = 0; i < 4; ++i) large[i] += part[i];  // the tensor cores' own sums truncate
  }
  for (int i = 0; i < 4; ++i) {
    const int row = row0 + group + i / 2 * 8, col = col0 + 2 * lane + i % 2;
    if (row < M && col < N) C[row * N + col] = large[i] + small[i];
  }
}

torch::Tensor forward(torch::Tensor A, torch::Tensor B) {
  const int M = A.size(0), K = A.size(1), N = B.size(1);
  auto C = torch::empty({M, N}, A.options());
  matmul<<<dim3((N + 7) / 8, (M + 15) / 16), 32>>>(A.data_ptr<float>(), B.data_ptr<float>(),
                                                   C.data_ptr<float>(), M, N, K);
  return C;
}
