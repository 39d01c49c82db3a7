extern "C" __global__ void vadd(const float* a, const float* b, float* c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}
template <int T> __device__ __forceinline__ void mm(const float* A, const float* B, float* C, int n) {
  __shared__ float as[T][T], bs[T][T];
  int r = blockIdx.y * T + threadIdx.y, c = blockIdx.x * T + threadIdx.x;
  float s = 0;
  for (int t = 0; t < n; t += T) {
    as[threadIdx.y][threadIdx.x] = A[r * n + t + threadIdx.x];
    bs[threadIdx.y][threadIdx.x] = B[(t + threadIdx.y) * n + c];
    __syncthreads();
    for (int k = 0; k < T; k++) s += as[threadIdx.y][k] * bs[k][threadIdx.x];
    __syncthreads();
  }
  C[r * n + c] = s;
}
extern "C" __global__ void matmul16(const float* A, const float* B, float* C, int n) { mm<16>(A,B,C,n); }
extern "C" __global__ void matmul32(const float* A, const float* B, float* C, int n) { mm<32>(A,B,C,n); }
