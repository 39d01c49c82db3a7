// The addition to the residual stream with the RMSNorm (Zhang and Sennrich 2019) that follows it:
//   sum = state + added, normed = sum r weight, r = 1 / sqrt(mean(sum^2) + epsilon) of every row.
// Its gradient, with n = sum r and g = d normed * weight:
//   d sum = direct + r (g - n mean(g n)), d weight = what d normed * n adds up to over the rows.
// Everything [rows, width]; weight [width], r [rows] in float. width is a multiple of what 16 bytes
// hold. Bound by memory: 4 elements per result forward and backward.
#include <torch/extension.h>

#include "vectors.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

constexpr int kHeld = 4;     // vectors of a row that a thread holds: a row is read once
constexpr int kLongest = 512;  // threads that share a row, at most

// 16 bytes as they lie in memory: kept as they are they take 4 registers, as elements of T more.
__device__ __forceinline__ uint4 load_bits(const void* from) {
  return *static_cast<const uint4*>(from);
}
template <typename T>
__device__ __forceinline__ Vector<T> elements(const uint4& bits) {
  return *reinterpret_cast<const Vector<T>*>(&bits);
}

template <typename T>
__device__ __forceinline__ uint4 bits_of(const Vector<T>& elements) {
  return *reinterpret_cast<const uint4*>(&elements);
}

// Over the blockDim.x threads that share a row; unless they are one warp there is one row in a block.
__device__ __forceinline__ float row_sum(float value) {
  value = warp_sum(value);
  if (blockDim.x == 32) return value;
  __shared__ float parts[32];
  __syncthreads();  // the previous sum's have been read
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = value;
  __syncthreads();
  float sum = 0.0f;
  for (int i = 0; i < blockDim.x / 32; ++i) sum += parts[i];
  return sum;
}

// 1: a block for every row, which is read twice, element by element. Without `added` nothing is
// written to sum.
template <typename T>
__global__ void add_norm_1(const T* state, const T* added, const T* weight, T* sum, T* normed,
                           float* scales, int64_t rows, int width, float epsilon) {
  const int64_t begin = int64_t(blockIdx.x) * width;
  float squares = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    float value = state[begin + i];
    if (added) {
      const T whole = T(value + float(added[begin + i]));
      sum[begin + i] = whole;
      value = whole;
    }
    squares += value * value;
  }
  const float scale = rsqrtf(row_sum(squares) / width + epsilon);
  if (threadIdx.x == 0) scales[blockIdx.x] = scale;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    const float value = added ? sum[begin + i] : state[begin + i];
    normed[begin + i] = T(value * scale * float(weight[i]));
  }
}

// 2: a warp for a short row, a block for a long one, which stays in registers between its sum and
// its result; 16 bytes at a time. blockDim: threads of a row, rows.
template <typename T>
__global__ void __launch_bounds__(kLongest)
    add_norm_2(const T* state, const T* added, const T* weight, T* sum, T* normed, float* scales,
               int64_t rows, int width, float epsilon) {
  constexpr int kSize = Vector<T>::kSize;
  const int64_t row = blockIdx.x * int64_t(blockDim.y) + threadIdx.y, begin = row * width;
  if (row >= rows) return;
  uint4 held[kHeld], more[kHeld];
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    const int at = (i * blockDim.x + threadIdx.x) * kSize;
    if (at < width) held[i] = load_bits(state + begin + at);
    if (at < width && added) more[i] = load_bits(added + begin + at);
  }
  float squares = 0.0f;
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    const int at = (i * blockDim.x + threadIdx.x) * kSize;
    if (at >= width) continue;
    Vector<T> whole = elements<T>(held[i]);
    if (added) {
      const Vector<T> other = elements<T>(more[i]);
#pragma unroll
      for (int k = 0; k < kSize; ++k)
        whole.values[k] = T(float(whole.values[k]) + float(other.values[k]));
      store(sum + begin + at, whole);
      held[i] = bits_of(whole);
    }
#pragma unroll
    for (int k = 0; k < kSize; ++k) {
      const float value = whole.values[k];
      squares += value * value;
    }
  }
  const float scale = rsqrtf(row_sum(squares) / width + epsilon);
  if (threadIdx.x == 0) scales[row] = scale;
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    const int at = (i * blockDim.x + threadIdx.x) * kSize;
    if (at >= width) continue;
    const Vector<T> weights = load(weight + at);
    Vector<T> out = elements<T>(held[i]);
#pragma unroll
    for (int k = 0; k < kSize; ++k)
      out.values[k] = T(float(out.values[k]) * scale * float(weights.values[k]));
    store(normed + begin + at, out);
  }
}

// 1: a block for every row, read twice; its share of d weight is a row of partials [rows, width].
template <typename T>
__global__ void add_norm_backward_1(const T* sum, const T* weight, const float* scales,
                                    const T* normed_gradient, const T* direct, T* gradient,
                                    float* partials, int64_t rows, int width) {
  const int64_t begin = int64_t(blockIdx.x) * width;
  const float scale = scales[blockIdx.x];
  float product = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    const float n = float(sum[begin + i]) * scale, d = normed_gradient[begin + i];
    product += d * float(weight[i]) * n;
    partials[begin + i] = d * n;
  }
  const float mean = row_sum(product) / width;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    const float n = float(sum[begin + i]) * scale, d = normed_gradient[begin + i];
    const float straight = direct ? float(direct[begin + i]) : 0.0f;
    gradient[begin + i] = T(straight + scale * (d * float(weight[i]) - n * mean));
  }
}

// 2: threads as in add_norm_2, over many rows one after the other; what they add to d weight stays
// in registers to the end: partials [gridDim.x, width]. Shared: [blockDim.y, width] floats where
// a block has more than one row.
template <typename T>
__global__ void __launch_bounds__(kLongest)
    add_norm_backward_2(const T* sum, const T* weight, const float* scales,
                        const T* normed_gradient, const T* direct, T* gradient, float* partials,
                        int64_t rows, int width) {
  constexpr int kSize = Vector<T>::kSize;
  extern __shared__ float shares[];
  float weight_gradient[kHeld][kSize] = {};
  for (int64_t row = blockIdx.x * int64_t(blockDim.y) + threadIdx.y; row < rows;
       row += gridDim.x * int64_t(blockDim.y)) {
    const int64_t begin = row * width;
    const float scale = scales[row];
    uint4 values[kHeld], gradients[kHeld], straight[kHeld];
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      const int at = (i * blockDim.x + threadIdx.x) * kSize;
      if (at >= width) continue;
      values[i] = load_bits(sum + begin + at);
      gradients[i] = load_bits(normed_gradient + begin + at);
      if (direct) straight[i] = load_bits(direct + begin + at);
    }
    float product = 0.0f;
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      const int at = (i * blockDim.x + threadIdx.x) * kSize;
      if (at >= width) continue;
      const Vector<T> weights = load(weight + at), d = elements<T>(gradients[i]);
      const Vector<T> value = elements<T>(values[i]);
#pragma unroll
      for (int k = 0; k < kSize; ++k) {
        const float share = float(d.values[k]) * float(value.values[k]) * scale;
        weight_gradient[i][k] += share;
        product += share * float(weights.values[k]);
      }
    }
    const float mean = row_sum(product) / width;
#pragma unroll
    for (int i = 0; i < kHeld; ++i) {
      const int at = (i * blockDim.x + threadIdx.x) * kSize;
      if (at >= width) continue;
      const Vector<T> weights = load(weight + at), value = elements<T>(values[i]);
      const Vector<T> d = elements<T>(gradients[i]), add = elements<T>(straight[i]);
      Vector<T> out;
#pragma unroll
      for (int k = 0; k < kSize; ++k) {
        const float g = float(d.values[k]) * float(weights.values[k]);
        const float n = float(value.values[k]) * scale;
        const float straight_on = direct ? float(add.values[k]) : 0.0f;
        out.values[k] = T(straight_on + scale * (g - n * mean));
      }
      store(gradient + begin + at, out);
    }
  }
  float* const out = blockDim.y == 1 ? partials + int64_t(blockIdx.x) * width
                                     : shares + threadIdx.y * width;
#pragma unroll
  for (int i = 0; i < kHeld; ++i) {
    const int at = (i * blockDim.x + threadIdx.x) * kSize;
    if (at >= width) continue;
#pragma unroll
    for (int k = 0; k < kSize; ++k) out[at + k] = weight_gradient[i][k];
  }
  if (blockDim.y == 1) return;
  __syncthreads();
  const int threads = blockDim.x * blockDim.y;
  for (int at = threadIdx.y * blockDim.x + threadIdx.x; at < width; at += threads) {
    float whole = 0.0f;
    for (int y = 0; y < blockDim.y; ++y) whole += shares[y * width + at];
    partials[int64_t(blockIdx.x) * width + at] = whole;
  }
}

// The sum of partials [count, width] over its rows, always in the same order. A block of 32 x 32
// threads for 32 columns.
template <typename T>
__global__ void norm_weight_gradient(const float* partials, T* gradient, int count, int width) {
  __shared__ float parts[32][33];
  const int column = blockIdx.x * 32 + threadIdx.x;
  float sum = 0.0f;
  if (column < width)
    for (int row = threadIdx.y; row < count; row += 32)
      sum += partials[int64_t(row) * width + column];
  parts[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  sum = warp_sum(parts[threadIdx.x][threadIdx.y]);
  const int own = blockIdx.x * 32 + threadIdx.y;
  if (threadIdx.x == 0 && own < width) gradient[own] = T(sum);
}

std::vector<torch::Tensor> forward(torch::Tensor state, torch::Tensor added, torch::Tensor weight,
                                   torch::Tensor normed_gradient, torch::Tensor direct) {
  const int64_t rows = state.size(0);
  const int width = state.size(1);
  const float epsilon = 1e-6;
  auto sum = torch::empty_like(state), normed = torch::empty_like(state);
  auto gradient = torch::empty_like(state), weight_gradient = torch::empty_like(weight);
  auto scales = torch::empty({rows}, state.options().dtype(torch::kFloat));
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, state.scalar_type(), "add_norm", ([&] {
        const int vectors = width * sizeof(scalar_t) / 16;
        const int threads = ((vectors + kHeld - 1) / kHeld + 31) / 32 * 32;
        const int each = threads == 32 ? 8 : 1;
        const int64_t grid = VERSION == 1 ? rows : (rows + each - 1) / each;
        const int64_t count = VERSION == 1 ? rows : std::min<int64_t>(grid, 264);
        auto partials = torch::empty({count, width}, scales.options());
        if (VERSION == 1) {
          add_norm_1<scalar_t><<<grid, 256>>>(
              state.data_ptr<scalar_t>(), added.data_ptr<scalar_t>(), weight.data_ptr<scalar_t>(),
              sum.data_ptr<scalar_t>(), normed.data_ptr<scalar_t>(), scales.data_ptr<float>(),
              rows, width, epsilon);
          add_norm_backward_1<scalar_t><<<count, 256>>>(
              sum.data_ptr<scalar_t>(), weight.data_ptr<scalar_t>(), scales.data_ptr<float>(),
              normed_gradient.data_ptr<scalar_t>(), direct.data_ptr<scalar_t>(),
              gradient.data_ptr<scalar_t>(), partials.data_ptr<float>(), rows, width);
        } else {
          add_norm_2<scalar_t><<<grid, dim3(threads, each)>>>(
              state.data_ptr<scalar_t>(), added.data_ptr<scalar_t>(), weight.data_ptr<scalar_t>(),
              sum.data_ptr<scalar_t>(), normed.data_ptr<scalar_t>(), scales.data_ptr<float>(),
              rows, width, epsilon);
          const int shared = each == 1 ? 0 : each * width * 4;
          add_norm_backward_2<scalar_t><<<count, dim3(threads, each), shared>>>(
              sum.data_ptr<scalar_t>(), weight.data_ptr<scalar_t>(), scales.data_ptr<float>(),
              normed_gradient.data_ptr<scalar_t>(), direct.data_ptr<scalar_t>(),
              gradient.data_ptr<scalar_t>(), partials.data_ptr<float>(), rows, width);
        }
        norm_weight_gradient<scalar_t><<<(width + 31) / 32, dim3(32, 32)>>>(
            partials.data_ptr<float>(), weight_gradient.data_ptr<scalar_t>(), count, width);
      }));
  return {sum, normed, gradient, weight_gradient};
}
