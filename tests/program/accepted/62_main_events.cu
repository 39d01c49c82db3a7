// call: transpose<<<dim3((width + 31) / 32, (height + 31) / 32), dim3(32, 8)>>>(out[width * height], in[width * height], width, height) width=70 height=45
#include <cstdio>
#include <cuda_runtime.h>

#define CHECK(call)                                                                  \
  {                                                                                  \
    const cudaError_t error = call;                                                  \
    if (error != cudaSuccess) {                                                      \
      printf("Error %s:%d, %s\n", __FILE__, __LINE__, cudaGetErrorString(error));    \
      return 1;                                                                      \
    }                                                                                \
  }

const int TILE_DIM = 32;
const int BLOCK_ROWS = 8;

__global__ void transpose(float *out, const float *in, int width, int height) {
  __shared__ float tile[TILE_DIM][TILE_DIM + 1];
  int x = blockIdx.x * TILE_DIM + threadIdx.x;
  int y = blockIdx.y * TILE_DIM + threadIdx.y;
  for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS) {
    if (x < width && y + j < height) tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * width + x];
  }
  __syncthreads();
  x = blockIdx.y * TILE_DIM + threadIdx.x;
  y = blockIdx.x * TILE_DIM + threadIdx.y;
  for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS) {
    if (x < height && y + j < width) out[(y + j) * height + x] = tile[threadIdx.x][threadIdx.y + j];
  }
}

int main() {
  const int width = 1024, height = 2048;
  const size_t bytes = sizeof(float) * width * height;
  float *h = new float[width * height];
  for (int i = 0; i < width * height; ++i) h[i] = i;
  float *d_in, *d_out;
  CHECK(cudaMalloc(&d_in, bytes));
  CHECK(cudaMalloc(&d_out, bytes));
  CHECK(cudaMemcpy(d_in, h, bytes, cudaMemcpyHostToDevice));
  cudaEvent_t start, stop;
  CHECK(cudaEventCreate(&start));
  CHECK(cudaEventCreate(&stop));
  CHECK(cudaEventRecord(start));
  transpose<<<dim3(width / 32, height / 32), dim3(32, 8)>>>(d_out, d_in, width, height);
  CHECK(cudaEventRecord(stop));
  CHECK(cudaEventSynchronize(stop));
  float ms = 0;
  CHECK(cudaEventElapsedTime(&ms, start, stop));
  printf("%.3f ms, %.1f GB/s\n", ms, 2 * bytes / ms * 1e-6);
  CHECK(cudaMemcpy(h, d_out, bytes, cudaMemcpyDeviceToHost));
  delete[] h;
  return 0;
}
