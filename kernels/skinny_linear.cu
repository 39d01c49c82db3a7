// A linear layer of the few rows that a decoding step has, with what comes before and after it:
//   y[b, n] = x[b, :] . weight[n, :] (+ bias[n]), b < BATCH <= 4
// NORM: x is normalised first, x / sqrt(mean(x^2) + epsilon) * norm, as wide as T.
// THEN: kStore writes y; kAdd adds onto what y holds, the residual; kSwiglu takes weight [2 n, k],
// the gates' rows, then the ups', and writes silu(gate) * up.
// k is a multiple of what 16 bytes hold. Bound by memory: the weights are read once, nothing else counts.
#include <torch/extension.h>

#include "overlap.cuh"
#include "vectors.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

constexpr int kStore = 0, kAdd = 1, kSwiglu = 2;

__device__ __forceinline__ float silu(float x) { return x / (1.0f + __expf(-x)); }

// 1: a warp for every result, an element per lane at a time.
template <typename T, int BATCH, bool NORM, int THEN>
__global__ void skinny_linear_1(const T* x, const T* weight, const T* bias, const T* norm,
                                float epsilon, T* y, int n, int k) {
  const int lane = threadIdx.x % 32, i = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (i >= BATCH * n) return;
  const int row = i % n;
  const T* own = x + i / n * k;
  float squares = 0.0f, sum = 0.0f, ups = 0.0f;
  if (NORM)
    for (int j = lane; j < k; j += 32) squares += float(own[j]) * float(own[j]);
  const float inverse = rsqrtf(warp_sum(squares) / k + epsilon);
  for (int j = lane; j < k; j += 32) {
    const float value = NORM ? float(T(float(own[j]) * inverse * float(norm[j]))) : float(own[j]);
    sum += value * float(weight[int64_t(row) * k + j]);
    if (THEN == kSwiglu) ups += value * float(weight[int64_t(n + row) * k + j]);
  }
  sum = warp_sum(sum) + (bias ? float(bias[row]) : 0.0f);
  if (THEN == kSwiglu) sum = silu(sum) * (warp_sum(ups) + (bias ? float(bias[n + row]) : 0.0f));
  if (lane == 0) y[i] = T(THEN == kAdd ? float(y[i]) + sum : sum);
}

// Of weights, which pass by once: they leave the first-level cache to x.
template <typename T>
__device__ __forceinline__ Vector<T> load_passing(const T* from) {
  uint4 raw;
  asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
               : "l"(from));
  return *reinterpret_cast<Vector<T>*>(&raw);
}

template <typename T>
__device__ __forceinline__ float squares_of(const Vector<T>& vector) {
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < Vector<T>::kSize; ++i)
    sum += float(vector.values[i]) * float(vector.values[i]);
  return sum;
}

// x into shared memory, by the whole block; normalised with NORM.
template <typename T, int BATCH, bool NORM>
__device__ __forceinline__ void stage(const T* x, const T* norm, float epsilon, int k, T* staged) {
  constexpr int kSize = Vector<T>::kSize;
  __shared__ float sums[BATCH][32];  // a warp's
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  float squares[BATCH] = {};
  for (int j = threadIdx.x; j < k / kSize; j += blockDim.x)
#pragma unroll
    for (int b = 0; b < BATCH; ++b) {
      const Vector<T> raw = load(x + b * k + j * kSize);
      if (NORM) squares[b] += squares_of(raw);
      store(staged + b * k + j * kSize, raw);
    }
  if (NORM) {
#pragma unroll
    for (int b = 0; b < BATCH; ++b) {
      squares[b] = warp_sum(squares[b]);
      if (lane == 0) sums[b][warp] = squares[b];
    }
    __syncthreads();
    float inverse[BATCH];
#pragma unroll
    for (int b = 0; b < BATCH; ++b)
      inverse[b] =
          rsqrtf(warp_sum(lane * 32 < blockDim.x ? sums[b][lane] : 0.0f) / k + epsilon);
    for (int j = threadIdx.x; j < k / kSize; j += blockDim.x) {
      const Vector<T> scale = load(norm + j * kSize);
#pragma unroll
      for (int b = 0; b < BATCH; ++b) {
        Vector<T> values = load(staged + b * k + j * kSize);
#pragma unroll
        for (int i = 0; i < kSize; ++i)
          values.values[i] = T(float(values.values[i]) * inverse[b] * float(scale.values[i]));
        store(staged + b * k + j * kSize, values);
      }
    }
  }
  __syncthreads();
}

// 2: `splits` warps of a block share a row (with kSwiglu: a gate's row and its up's), kUnroll vectors
// per lane at a time; the next ones, of the next row too, are on their way while these are summed up.
// Blocks stay for several rows. Dynamic shared memory: BATCH k of T.
template <typename T, int BATCH, bool NORM, int THEN>
__global__ void __launch_bounds__(896)
    skinny_linear_2(const T* x, const T* weight, const T* bias, const T* norm, float epsilon, T* y,
                    int n, int k, int splits) {
  constexpr int kSize = Vector<T>::kSize;
  constexpr int kRows = THEN == kSwiglu ? 2 : 1, kUnroll = 4 / kRows;
  extern __shared__ uint4 dynamic[];
  __shared__ float partial[32][kRows * BATCH];  // a warp's
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int group = warp / splits, groups = blockDim.x / 32 / splits;
  const int vectors = k / kSize, step = 32 * kUnroll * splits;
  const int place = warp % splits * 32 * kUnroll + lane;  // of the lane's vectors within a step
  const auto fetch = [&](Vector<T>(&to)[kRows][kUnroll], int row, int offset) {
#pragma unroll
    for (int r = 0; r < kRows; ++r)
#pragma unroll
      for (int u = 0; u < kUnroll; ++u) {
        const int j = offset + place + 32 * u;
        if (row < n && j < vectors)
          to[r][u] = load_passing(weight + (int64_t(r) * n + row) * k + j * kSize);
      }
  };

  let_the_next_start();
  Vector<T> now[kRows][kUnroll], next[kRows][kUnroll];
  fetch(now, blockIdx.x * groups + group, 0);
  wait_for_the_previous();
  T* rows = reinterpret_cast<T*>(dynamic);
  stage<T, BATCH, NORM>(x, norm, epsilon, k, rows);

  const int stride = gridDim.x * groups;
  for (int begin = blockIdx.x * groups; begin < n; begin += stride) {
    const int row = begin + group;
    // Lane b finishes y[b, row]: what it adds is asked for in time.
    const bool finishes = warp % splits == 0 && lane < BATCH && row < n;
    float base[kRows] = {};
#pragma unroll
    for (int r = 0; r < kRows; ++r)
      if (finishes && bias) base[r] = float(bias[r * n + row]);
    if (THEN == kAdd && finishes) base[0] += float(y[lane * n + row]);

    float sums[kRows][BATCH] = {};
    for (int offset = 0; offset < vectors; offset += step) {
      const bool ends = offset + step >= vectors;
      fetch(next, ends ? row + stride : row, ends ? 0 : offset + step);
#pragma unroll
      for (int u = 0; u < kUnroll; ++u) {
        const int j = offset + place + 32 * u;
        if (j >= vectors) break;
#pragma unroll
        for (int b = 0; b < BATCH; ++b) {
          const Vector<T> values = load(rows + b * k + j * kSize);
#pragma unroll
          for (int r = 0; r < kRows; ++r)
#pragma unroll
            for (int i = 0; i < kSize; ++i)
              sums[r][b] = fmaf(float(now[r][u].values[i]), float(values.values[i]), sums[r][b]);
        }
      }
#pragma unroll
      for (int r = 0; r < kRows; ++r)
#pragma unroll
        for (int u = 0; u < kUnroll; ++u) now[r][u] = next[r][u];
    }

    float own[kRows] = {};  // lane b's of row b
#pragma unroll
    for (int r = 0; r < kRows; ++r)
#pragma unroll
      for (int b = 0; b < BATCH; ++b) {
        const float sum = warp_sum(sums[r][b]);
        if (lane == b) own[r] = sum;
      }
    if (splits > 1) {
      if (lane < BATCH)
        for (int r = 0; r < kRows; ++r) partial[warp][r * BATCH + lane] = own[r];
      __syncthreads();
      if (finishes)
        for (int r = 0; r < kRows; ++r)
          for (int s = 1; s < splits; ++s) own[r] += partial[warp + s][r * BATCH + lane];
      __syncthreads();
    }
    if (!finishes) continue;
    const float first = own[0] + base[0];
    y[lane * n + row] = T(THEN == kSwiglu ? silu(first) * (own[kRows - 1] + base[kRows - 1]) : first);
  }
}

template <typename T, int BATCH, bool NORM, int THEN>
void run(torch::Tensor x, torch::Tensor weight, const T* bias, torch::Tensor norm, torch::Tensor y) {
  const int n = y.size(1), k = x.size(1);
  const auto* in = x.data_ptr<T>();
  const auto* weights = weight.data_ptr<T>();
  const auto* scale = norm.data_ptr<T>();
  auto* out = y.data_ptr<T>();
  if (VERSION == 1) {
    skinny_linear_1<T, BATCH, NORM, THEN>
        <<<(BATCH * n + 3) / 4, 128>>>(in, weights, bias, scale, 1e-6f, out, n, k);
  } else {
    const int shared = BATCH * k * int(sizeof(T));
    // Up to 28 warps on each of 132 multiprocessors; somewhat fewer where the rows then come out
    // even.
    const int most = 28, share = (n + 131) / 132, step = THEN == kSwiglu ? 64 : 128;
    const int steps = (k / (16 / int(sizeof(T))) + step - 1) / step;
    const int splits = std::max(1, std::min(steps, most / share));
    int groups = std::min(share, most / splits);
    for (int g = groups - 1; 2 * g >= most / splits; --g)
      if ((share + g - 1) / g * g < (share + groups - 1) / groups * groups) groups = g;
    const int blocks = std::min(132, (n + groups - 1) / groups);
    cudaFuncSetAttribute(skinny_linear_2<T, BATCH, NORM, THEN>,
                         cudaFuncAttributeMaxDynamicSharedMemorySize, shared);
    skinny_linear_2<T, BATCH, NORM, THEN><<<blocks, groups * splits * 32, shared>>>(
        in, weights, bias, scale, 1e-6f, out, n, k, splits);
  }
}

template <typename T, int BATCH>
torch::Tensor apply(torch::Tensor x, torch::Tensor weight, torch::Tensor bias, torch::Tensor norm,
                    torch::Tensor residual) {
  const T* added = bias.numel() > 0 ? bias.data_ptr<T>() : nullptr;
  const int64_t n = weight.size(0);
  if (residual.size(1) == n) {
    auto y = residual.clone();
    if (norm.numel() > 0) run<T, BATCH, true, kAdd>(x, weight, added, norm, y);
    else run<T, BATCH, false, kAdd>(x, weight, added, norm, y);
    return y;
  }
  if (residual.size(1) > 0) {
    auto y = torch::empty_like(residual);
    if (norm.numel() > 0) run<T, BATCH, true, kSwiglu>(x, weight, added, norm, y);
    else run<T, BATCH, false, kSwiglu>(x, weight, added, norm, y);
    return y;
  }
  auto y = torch::empty({x.size(0), n}, x.options());
  if (norm.numel() > 0) run<T, BATCH, true, kStore>(x, weight, added, norm, y);
  else run<T, BATCH, false, kStore>(x, weight, added, norm, y);
  return y;
}

// Empty: no bias, no norm, no residual. A residual of half the width stands for SwiGLU.
torch::Tensor forward(torch::Tensor x, torch::Tensor weight, torch::Tensor bias, torch::Tensor norm,
                      torch::Tensor residual) {
  torch::Tensor y;
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, x.scalar_type(), "skinny_linear", ([&] {
        if (x.size(0) == 1) y = apply<scalar_t, 1>(x, weight, bias, norm, residual);
        else if (x.size(0) == 2) y = apply<scalar_t, 2>(x, weight, bias, norm, residual);
        else if (x.size(0) == 3) y = apply<scalar_t, 3>(x, weight, bias, norm, residual);
        else y = apply<scalar_t, 4>(x, weight, bias, norm, residual);
      }));
  return y;
}
