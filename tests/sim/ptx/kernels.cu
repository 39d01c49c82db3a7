// Kernels of the kinds that people write; kernels_test.cpp compares each with a CPU reference.
// Regenerate with tests/sim/ptx/regenerate.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>
#include <cstdio>

__device__ float warp_sum(float x) {
  for (int d = 16; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d);
  return x;
}

extern "C" __global__ void reduce_sum(const float* x, float* out, int n) {
  __shared__ float part[32];
  float s = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) s += x[i];
  s = warp_sum(s);
  if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = s;
  __syncthreads();
  if (threadIdx.x < 32) {
    s = threadIdx.x < blockDim.x / 32 ? part[threadIdx.x] : 0;
    s = warp_sum(s);
    if (threadIdx.x == 0) atomicAdd(out, s);
  }
}

extern "C" __global__ void softmax(const float* x, float* y, int cols) {
  extern __shared__ float row[];
  const float* in = x + (long)blockIdx.x * cols;
  float m = -INFINITY;
  for (int i = threadIdx.x; i < cols; i += blockDim.x) m = fmaxf(m, in[i]);
  row[threadIdx.x] = m;
  __syncthreads();
  for (int d = blockDim.x / 2; d > 0; d /= 2) {
    if (threadIdx.x < d) row[threadIdx.x] = fmaxf(row[threadIdx.x], row[threadIdx.x + d]);
    __syncthreads();
  }
  m = row[0];
  __syncthreads();
  float s = 0;
  for (int i = threadIdx.x; i < cols; i += blockDim.x) s += expf(in[i] - m);
  row[threadIdx.x] = s;
  __syncthreads();
  for (int d = blockDim.x / 2; d > 0; d /= 2) {
    if (threadIdx.x < d) row[threadIdx.x] += row[threadIdx.x + d];
    __syncthreads();
  }
  for (int i = threadIdx.x; i < cols; i += blockDim.x) y[(long)blockIdx.x * cols + i] = expf(in[i] - m) / row[0];
}

extern "C" __global__ void layer_norm(const float* x, const float* g, const float* b, float* y, int cols) {
  const float* in = x + blockIdx.x * cols;
  float s = 0, q = 0;
  for (int i = threadIdx.x; i < cols; i += 32) s += in[i];
  const float mean = warp_sum(s) / cols;
  for (int i = threadIdx.x; i < cols; i += 32) q += (in[i] - mean) * (in[i] - mean);
  const float r = rsqrtf(warp_sum(q) / cols + 1e-5f);
  for (int i = threadIdx.x; i < cols; i += 32) y[blockIdx.x * cols + i] = (in[i] - mean) * r * g[i] + b[i];
}

extern "C" __global__ void transpose_padded(const float* x, float* y, int n) {
  __shared__ float t[32][33];
  for (int k = threadIdx.y; k < 32; k += blockDim.y)
    t[k][threadIdx.x] = x[(blockIdx.y * 32 + k) * n + blockIdx.x * 32 + threadIdx.x];
  __syncthreads();
  for (int k = threadIdx.y; k < 32; k += blockDim.y)
    y[(blockIdx.x * 32 + k) * n + blockIdx.y * 32 + threadIdx.x] = t[threadIdx.x][k];
}

extern "C" __global__ void transpose_conflicts(const float* x, float* y, int n) {
  __shared__ float t[32][32];
  for (int k = threadIdx.y; k < 32; k += blockDim.y)
    t[k][threadIdx.x] = x[(blockIdx.y * 32 + k) * n + blockIdx.x * 32 + threadIdx.x];
  __syncthreads();
  for (int k = threadIdx.y; k < 32; k += blockDim.y)
    y[(blockIdx.x * 32 + k) * n + blockIdx.y * 32 + threadIdx.x] = t[threadIdx.x][k];
}

extern "C" __global__ void transpose_naive(const float* x, float* y, int n) {
  const int c = blockIdx.x * 32 + threadIdx.x;
  for (int k = threadIdx.y; k < 32; k += blockDim.y) {
    const int r = blockIdx.y * 32 + k;
    y[c * n + r] = x[r * n + c];
  }
}

extern "C" __global__ void scan_block(const int* x, int* y) {
  __shared__ int t[256];
  const int i = threadIdx.x;
  t[i] = x[blockIdx.x * 256 + i];
  __syncthreads();
  for (int d = 1; d < 256; d *= 2) {
    const int v = i >= d ? t[i - d] : 0;
    __syncthreads();
    t[i] += v;
    __syncthreads();
  }
  y[blockIdx.x * 256 + i] = t[i];
}

extern "C" __global__ void scan_warp(const int* x, int* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  int v = i < n ? x[i] : 0;
  for (int d = 1; d < 32; d *= 2) {
    const int u = __shfl_up_sync(~0u, v, d);
    if (threadIdx.x % 32 >= d) v += u;
  }
  if (i < n) y[i] = v;
}

extern "C" __global__ void histogram(const unsigned char* x, unsigned* bins, int n) {
  __shared__ unsigned h[256];
  for (int i = threadIdx.x; i < 256; i += blockDim.x) h[i] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) atomicAdd(&h[x[i]], 1u);
  __syncthreads();
  for (int i = threadIdx.x; i < 256; i += blockDim.x) atomicAdd(&bins[i], h[i]);
}

__constant__ float filter[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1};
extern "C" __global__ void conv2d(const float* x, float* y, int h, int w) {
  const int c = blockIdx.x * blockDim.x + threadIdx.x, r = blockIdx.y * blockDim.y + threadIdx.y;
  if (c >= w || r >= h) return;
  float s = 0;
  for (int i = -1; i <= 1; i++)
    for (int j = -1; j <= 1; j++)
      if (r + i >= 0 && r + i < h && c + j >= 0 && c + j < w) s += x[(r + i) * w + c + j] * filter[(i + 1) * 3 + j + 1];
  y[r * w + c] = s / 16;
}

extern "C" __global__ void stencil(const double* x, double* y, int n) {
  __shared__ double t[128 + 4];
  const int i = blockIdx.x * 128 + threadIdx.x;
  t[threadIdx.x + 2] = i < n ? x[i] : 0;
  if (threadIdx.x < 2) {
    t[threadIdx.x] = i >= 2 ? x[i - 2] : 0;
    t[threadIdx.x + 130] = i + 128 < n ? x[i + 128] : 0;
  }
  __syncthreads();
  if (i < n) {
    double s = 0;
    for (int k = 0; k < 5; k++) s += t[threadIdx.x + k] * (k + 1);
    y[i] = s;
  }
}

extern "C" __global__ void argmax_rows(const float* x, long long* out, int cols) {
  float best = -INFINITY;
  int at = 0;
  for (int i = threadIdx.x; i < cols; i += 32) {
    const float v = x[blockIdx.x * cols + i];
    if (v > best) best = v, at = i;
  }
  for (int d = 16; d > 0; d /= 2) {
    const float v = __shfl_down_sync(~0u, best, d);
    const int a = __shfl_down_sync(~0u, at, d);
    if (v > best || (v == best && a < at)) best = v, at = a;
  }
  if (threadIdx.x == 0) out[blockIdx.x] = at;
}

extern "C" __global__ void gather(const float* table, const long long* index, float* y, int dim) {
  const long long row = index[blockIdx.x];
  for (int i = threadIdx.x; i < dim; i += blockDim.x) y[blockIdx.x * dim + i] = table[row * dim + i];
}

extern "C" __global__ void half2_axpy(const __half2* x, __half2* y, float a, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __hfma2(__float2half2_rn(a), x[i], y[i]);
}

extern "C" __global__ void bf16_gelu(const __nv_bfloat16* x, __nv_bfloat16* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const float v = __bfloat162float(x[i]);
  y[i] = __float2bfloat16(0.5f * v * (1 + erff(v * 0.70710678f)));
}

extern "C" __global__ void copy4(const float4* x, float4* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i];
}

extern "C" __global__ void compact_positive(const float* x, float* y, int* count, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const bool keep = i < n && x[i] > 0;
  const unsigned active = __ballot_sync(~0u, keep);
  const int lane = threadIdx.x % 32;
  int base = 0;
  if (lane == 0) base = atomicAdd(count, __popc(active));
  base = __shfl_sync(~0u, base, 0);
  if (keep) y[base + __popc(active & ((1u << lane) - 1))] = x[i];
}

__device__ __noinline__ int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
extern "C" __global__ void recursion(const int* x, int* y, int n) {
  const int i = threadIdx.x;
  if (i < n) y[i] = fibonacci(x[i]);
}

extern "C" __global__ void local_array(const int* x, int* y, int n) {
  int a[16];
  for (int i = 0; i < 16; i++) a[i] = x[i] + threadIdx.x;
  for (int i = 0; i < n; i++) a[x[i] & 15] += a[(i + threadIdx.x) & 15];
  int s = 0;
  for (int i = 0; i < 16; i++) s = s * 31 + a[i];
  y[threadIdx.x] = s;
}

extern "C" __global__ void integers(const long long* x, const int* d, long long* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const long long v = x[i];
  const int k = d[i];
  long long r = v / (k ? k : 1) + v % (k ? k : 7);
  r ^= (long long)(unsigned)__brev(k) << 7;
  r += __popcll(v) + __clz(k) + __ffs(k) + __mulhi(k, (int)v) + (long long)__umul64hi(v, r);
  r += (unsigned)k / 10u + (unsigned char)v + (signed char)k + (short)v;
  y[i] = r;
}

extern "C" __global__ void transcendental(const float* x, float* y, double* z, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  y[i] = sinf(x[i]) + cosf(x[i]) + tanhf(x[i]) + logf(fabsf(x[i]) + 1) + powf(fabsf(x[i]), 1.5f) + sqrtf(fabsf(x[i]));
  z[i] = exp((double)x[i] / 8) + sin((double)x[i]) / (1 + (double)x[i] * x[i]) + log(2.0 + x[i] * x[i]);
}

extern "C" __global__ void wmma_tile(const __half* a, const __half* b, float* c, int n) {
  using namespace nvcuda::wmma;
  fragment<matrix_a, 16, 16, 16, __half, row_major> fa;
  fragment<matrix_b, 16, 16, 16, __half, col_major> fb;
  fragment<accumulator, 16, 16, 16, float> fc;
  fill_fragment(fc, 0.5f);
  for (int k = 0; k < n; k += 16) {
    load_matrix_sync(fa, a + k, n);
    load_matrix_sync(fb, b + k, n);
    mma_sync(fc, fa, fb, fc);
  }
  store_matrix_sync(c, fc, 16, mem_row_major);
}

extern "C" __global__ void mma_tile(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c) {
  // a [16, 16] row-major, b [8, 16] (a column of B per row), c [16, 8]; through shared memory and ldmatrix
  __shared__ __align__(16) __nv_bfloat16 sa[16 * 16], sb[8 * 16];
  for (int i = threadIdx.x; i < 256; i += 32) sa[i] = a[i];
  for (int i = threadIdx.x; i < 128; i += 32) sb[i] = b[i];
  __syncwarp();
  unsigned ra[4], rb[2];
  const int l = threadIdx.x;
  const unsigned pa = (unsigned)__cvta_generic_to_shared(sa + (l % 16) * 16 + (l / 16) * 8);
  const unsigned pb = (unsigned)__cvta_generic_to_shared(sb + (l % 8) * 16 + (l / 8 % 2) * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];" : "=r"(ra[0]), "=r"(ra[1]), "=r"(ra[2]), "=r"(ra[3]) : "r"(pa));
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];" : "=r"(rb[0]), "=r"(rb[1]) : "r"(pb));
  float d[4] = {0, 0, 0, 0};
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(ra[0]), "r"(ra[1]), "r"(ra[2]), "r"(ra[3]), "r"(rb[0]), "r"(rb[1]));
  const int r = l / 4, k = l % 4 * 2;
  c[r * 8 + k] = d[0], c[r * 8 + k + 1] = d[1], c[(r + 8) * 8 + k] = d[2], c[(r + 8) * 8 + k + 1] = d[3];
}

__device__ int counter = 5;
__device__ const char* const words[2] = {"alpha", "beta"};
extern "C" __global__ void globals(int* y) {
  const int old = atomicAdd(&counter, 1);
  if (threadIdx.x == 0) printf("old %d\n", old);
  y[threadIdx.x] = words[threadIdx.x % 2][0];
}

extern "C" __global__ void divergent(const int* x, int* y, int n) {
  int v = x[threadIdx.x], steps = 0;
  while (v != 1 && steps < n) {
    if (v % 2 == 0) v /= 2;
    else v = 3 * v + 1;
    steps++;
    if (steps > 100) break;
  }
  __syncwarp();
  switch (v % 7) {
    case 0: steps += 3; break;
    case 1: steps *= 2; break;
    case 2: steps -= 5; break;
    case 3: steps ^= 9; break;
    case 4: steps |= 1; break;
    case 5: steps <<= 2; break;
    default: steps = -steps;
  }
  y[threadIdx.x] = steps;
}
