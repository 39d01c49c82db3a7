// Log-probabilities of chosen tokens, log p(t) = logit_t - log(sum_v exp(logit_v)), and their
// gradient: weight ([v = t] - exp(logit_v - normaliser)), which may be written over the logits.
// logits [rows, vocab], vocab a multiple of what 16 bytes hold; targets, results and weights [rows].
// Bound by memory: every logit is read once forward, read and written once backward.
#include <torch/extension.h>

#include "vectors.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

constexpr int kPiece = 4;  // vectors of a row that a thread loads at once

__device__ __forceinline__ float warp_max(float value) {
  for (int other = 16; other > 0; other /= 2)
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, other));
  return value;
}

constexpr float kLog2e = 1.44269504f;

// 2^x; 0 where that is smaller than a normal float. One instruction: an exponential for every
// logit would cost more time than its bytes.
__device__ __forceinline__ float power_of_two(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// The greatest of the block's logits, and the log of what exp(logit - greatest) adds up to, of
// threads that have seen `most` (finite) and `sum`. On warp 0.
__device__ __forceinline__ float2 log_of_all(float most, float sum) {
  __shared__ float tops[32], sums[32];
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const float top = warp_max(most);
  sum = warp_sum(sum * __expf(most - top));
  if (lane == 0) tops[warp] = top, sums[warp] = sum;
  __syncthreads();
  const bool there = lane < blockDim.x / 32;
  const float part = there ? tops[lane] : tops[0];
  const float whole = warp_max(part);
  return make_float2(whole, logf(warp_sum(there ? sums[lane] * __expf(part - whole) : 0.0f)));
}

constexpr float kLowest = -3.402823466e38f;  // for which exp(kLowest - x) is 0, not NaN

// 1: a block for every row, read twice, element by element.
template <typename T>
__global__ void logprob_1(const T* logits, const int64_t* targets, float* logprobs,
                          float* normalisers, int vocab) {
  const T* row = logits + int64_t(blockIdx.x) * vocab;
  float most = kLowest, sum = 0.0f;
  for (int i = threadIdx.x; i < vocab; i += blockDim.x) most = fmaxf(most, float(row[i]));
  for (int i = threadIdx.x; i < vocab; i += blockDim.x) sum += __expf(float(row[i]) - most);
  const float2 all = log_of_all(most, sum);
  if (threadIdx.x > 0) return;
  normalisers[blockIdx.x] = all.x + all.y;
  // In this order: of a token that is nearly sure it must not be a difference of large numbers.
  logprobs[blockIdx.x] = float(row[targets[blockIdx.x]]) - all.x - all.y;
}

// 2: read once, 16 bytes at a time: what was summed up shrinks whenever a greater logit is seen
// (Milakov and Gimelshein 2018).
template <typename T>
__global__ void __launch_bounds__(512)
    logprob_2(const T* logits, const int64_t* targets, float* logprobs, float* normalisers,
              int vocab) {
  constexpr int kSize = Vector<T>::kSize;
  const T* row = logits + int64_t(blockIdx.x) * vocab;
  const int step = blockDim.x * kSize;
  float most = kLowest, sum = 0.0f;
  for (int begin = threadIdx.x * kSize; begin < vocab; begin += kPiece * step) {
    Vector<T> values[kPiece];  // all on their way before the first is used
#pragma unroll
    for (int i = 0; i < kPiece; ++i)
      if (begin + i * step < vocab) values[i] = load(row + begin + i * step);
#pragma unroll
    for (int i = 0; i < kPiece; ++i) {
      if (begin + i * step >= vocab) continue;
      float top = most, added = 0.0f;
#pragma unroll
      for (int k = 0; k < kSize; ++k) top = fmaxf(top, float(values[i].values[k]));
#pragma unroll
      for (int k = 0; k < kSize; ++k)
        added += power_of_two(fmaf(float(values[i].values[k]), kLog2e, -top * kLog2e));
      sum = fmaf(sum, power_of_two((most - top) * kLog2e), added);
      most = top;
    }
  }
  const float2 all = log_of_all(most, sum);
  if (threadIdx.x > 0) return;
  normalisers[blockIdx.x] = all.x + all.y;
  // In this order: of a token that is nearly sure it must not be a difference of large numbers.
  logprobs[blockIdx.x] = float(row[targets[blockIdx.x]]) - all.x - all.y;
}

// 1: a thread for every logit.
template <typename T>
__global__ void logprob_gradient_1(const T* logits, const int64_t* targets,
                                   const float* normalisers, const float* weights, T* gradient,
                                   int64_t rows, int vocab) {
  const int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i >= rows * vocab) return;
  const int64_t row = i / vocab;
  const float one = i % vocab == targets[row] ? 1.0f : 0.0f;
  gradient[i] = T(weights[row] * (one - __expf(float(logits[i]) - normalisers[row])));
}

// 2: a piece of kPiece * blockDim.x vectors of a row for a block; gridDim: rows, pieces of a row.
template <typename T>
__global__ void __launch_bounds__(256)
    logprob_gradient_2(const T* logits, const int64_t* targets, const float* normalisers,
                       const float* weights, T* gradient, int vocab) {
  constexpr int kSize = Vector<T>::kSize;
  const int64_t begin = int64_t(blockIdx.x) * vocab;
  const float normaliser = normalisers[blockIdx.x], weight = weights[blockIdx.x];
  const int target = targets[blockIdx.x];
  const int first = (blockIdx.y * kPiece * blockDim.x + threadIdx.x) * kSize;
  Vector<T> values[kPiece];
#pragma unroll
  for (int i = 0; i < kPiece; ++i) {
    const int at = first + i * blockDim.x * kSize;
    if (at < vocab) values[i] = load(logits + begin + at);
  }
#pragma unroll
  for (int i = 0; i < kPiece; ++i) {
    const int at = first + i * blockDim.x * kSize;
    if (at >= vocab) continue;
    float shares[kSize];
#pragma unroll
    for (int k = 0; k < kSize; ++k)
      shares[k] = power_of_two(fmaf(float(values[i].values[k]), kLog2e, -normaliser * kLog2e));
    if (target >= at && target < at + kSize) {
#pragma unroll
      for (int k = 0; k < kSize; ++k) shares[k] -= at + k == target ? 1.0f : 0.0f;
    }
#pragma unroll
    for (int k = 0; k < kSize; ++k) values[i].values[k] = T(-weight * shares[k]);
    store(gradient + begin + at, values[i]);
  }
}

std::vector<torch::Tensor> forward(torch::Tensor logits, torch::Tensor targets,
                                   torch::Tensor weights) {
  const int64_t rows = logits.size(0);
  const int vocab = logits.size(1), block = 256;
  auto logprobs = torch::empty_like(weights), normalisers = torch::empty_like(weights);
  auto gradient = torch::empty_like(logits);
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, logits.scalar_type(), "logprob", ([&] {
        const auto* in = logits.data_ptr<scalar_t>();
        auto* out = gradient.data_ptr<scalar_t>();
        if (VERSION == 1) {
          logprob_1<scalar_t><<<rows, 512>>>(in, targets.data_ptr<int64_t>(),
                                             logprobs.data_ptr<float>(),
                                             normalisers.data_ptr<float>(), vocab);
          logprob_gradient_1<scalar_t><<<(rows * vocab + block - 1) / block, block>>>(
              in, targets.data_ptr<int64_t>(), normalisers.data_ptr<float>(),
              weights.data_ptr<float>(), out, rows, vocab);
        } else {
          const int piece = kPiece * block * 16 / sizeof(scalar_t);
          logprob_2<scalar_t><<<rows, 512>>>(in, targets.data_ptr<int64_t>(),
                                             logprobs.data_ptr<float>(),
                                             normalisers.data_ptr<float>(), vocab);
          logprob_gradient_2<scalar_t><<<dim3(rows, (vocab + piece - 1) / piece), block>>>(
              in, targets.data_ptr<int64_t>(), normalisers.data_ptr<float>(),
              weights.data_ptr<float>(), out, vocab);
        }
      }));
  return {logprobs, normalisers, gradient};
}
