// call: matmul<<<dim3((n + 15) / 16, (m + 15) / 16), dim3(16, 16)>>>(A[m * k], B[k * n], C[m * n], m, n, k) m=50 n=40 k=33
#include <cuda_runtime.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <vector>

#define TILE 16

__global__ void matmul(const float* A, const float* B, float* C, int m, int n, int k) {
  __shared__ float a[TILE][TILE];
  __shared__ float b[TILE][TILE];
  int row = blockIdx.y * TILE + threadIdx.y;
  int col = blockIdx.x * TILE + threadIdx.x;
  float sum = 0.0f;
  for (int t = 0; t < (k + TILE - 1) / TILE; ++t) {
    int x = t * TILE + threadIdx.x;
    int y = t * TILE + threadIdx.y;
    a[threadIdx.y][threadIdx.x] = (row < m && x < k) ? A[row * k + x] : 0.0f;
    b[threadIdx.y][threadIdx.x] = (y < k && col < n) ? B[y * n + col] : 0.0f;
    __syncthreads();
    for (int i = 0; i < TILE; ++i) sum += a[threadIdx.y][i] * b[i][threadIdx.x];
    __syncthreads();
  }
  if (row < m && col < n) C[row * n + col] = sum;
}

std::vector<float> read_matrix(const std::string& path, size_t count) {
  std::vector<float> values(count);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()), count * sizeof(float));
  return values;
}

int main() {
  const int m = 512, n = 512, k = 512;
  auto A = read_matrix("a.bin", m * k);
  auto B = read_matrix("b.bin", k * n);
  std::vector<float> C(m * n);
  float *d_a = nullptr, *d_b = nullptr, *d_c = nullptr;
  cudaMalloc((void**)&d_a, A.size() * sizeof(float));
  cudaMalloc((void**)&d_b, B.size() * sizeof(float));
  cudaMalloc((void**)&d_c, C.size() * sizeof(float));
  cudaMemcpy(d_a, A.data(), A.size() * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(d_b, B.data(), B.size() * sizeof(float), cudaMemcpyHostToDevice);
  auto begin = std::chrono::steady_clock::now();
  dim3 threads(TILE, TILE);
  dim3 blocks((n + TILE - 1) / TILE, (m + TILE - 1) / TILE);
  matmul<<<blocks, threads>>>(d_a, d_b, d_c, m, n, k);
  cudaDeviceSynchronize();
  auto end = std::chrono::steady_clock::now();
  cudaMemcpy(C.data(), d_c, C.size() * sizeof(float), cudaMemcpyDeviceToHost);
  std::cout << C[0] << " in " << std::chrono::duration<double>(end - begin).count() << " s" << std::endl;
  cudaFree(d_a);
  cudaFree(d_b);
  cudaFree(d_c);
}
