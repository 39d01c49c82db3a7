// One planted fault each; faults_test.cpp knows the lines by their marks.
#include <cassert>
extern "C" __global__ void off_by_one(float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) y[i] = 1;  // line: off_by_one
}
__device__ __forceinline__ void put(float* p, int i) {
  p[i] = 2;  // line: inlined
}
extern "C" __global__ void inlined(float* y, int n) { put(y, n + threadIdx.x); }
extern "C" __global__ void misaligned(char* y) {
  *(int*)(y + 1) = 3;  // line: misaligned
}
__constant__ float weights[4];
extern "C" __global__ void read_only(float* y) {
  float* w = threadIdx.x == 0 ? (float*)weights : y;
  w[threadIdx.x] = 1;  // line: read_only
}
extern "C" __global__ void missing_barrier(const float* x, float* y) {
  __shared__ float t[64];
  t[threadIdx.x] = x[threadIdx.x];
  y[threadIdx.x] = t[63 - threadIdx.x];  // line: missing_barrier
}
extern "C" __global__ void with_barrier(const float* x, float* y) {
  __shared__ float t[64];
  t[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = t[63 - threadIdx.x];
}
extern "C" __global__ void uninitialised(float* y) {
  __shared__ float t[64];
  if (threadIdx.x < 32) t[threadIdx.x] = 1;
  __syncthreads();
  y[threadIdx.x] = t[threadIdx.x];  // line: uninitialised
}
extern "C" __global__ void divergent_barrier(int* y) {
  if (threadIdx.x < 32) {
    __syncthreads();  // line: divergent_barrier
    y[0] = 1;
  } else {
    while (((volatile int*)y)[0] == 0) {}  // line: spin
  }
}
extern "C" __global__ void two_barriers(int* y) {
  if (threadIdx.x < 32) asm volatile("bar.sync 1, 64;");  // line: two_barriers
  else asm volatile("bar.sync 2, 64;");
  y[threadIdx.x] = 1;
}
extern "C" __global__ void asserts(int* y) {
  assert(y[threadIdx.x] == 0);  // line: asserts
}
extern "C" __global__ void traps(int* y) {
  if (y[0] == 0) __trap();  // line: traps
}
extern "C" __global__ void endless(int* y) {
  while (true) y[0]++;  // line: endless
}
extern "C" __global__ void shared_overflow(float* y, int n) {
  __shared__ float t[16];
  t[threadIdx.x + n] = 1;  // line: shared_overflow
  __syncthreads();
  y[threadIdx.x] = t[0];
}
extern "C" __global__ void __launch_bounds__(64) bounded(int* y) { y[threadIdx.x] = 1; }
extern "C" __global__ void unsupported(int* y) {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 64;");  // line: unsupported
  y[0] = 1;
}
extern "C" __global__ void early_exit(float* y, int n) {
  __shared__ float t[256];
  if (threadIdx.x >= n) return;
  t[threadIdx.x] = threadIdx.x;
  __syncthreads();
  y[threadIdx.x] = t[n - 1 - threadIdx.x];
}
