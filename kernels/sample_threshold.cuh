// The smallest l that top_k, top_p and min_p keep of a row (sample.cu), by a block of 1024 threads. Floats
// are ordered as unsigned keys; the threshold's key is found 11 bits at a time from histograms. These
// are sums of integers: the order in which threads come does not matter.
#pragma once

#include "sampled_row.cuh"

constexpr int kBins = 2048, kDigit = 11;

__device__ __forceinline__ uint32_t ordered(float value) {
  const uint32_t bits = __float_as_uint(value);
  return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}
__device__ __forceinline__ float unordered(uint32_t key) {
  return __uint_as_float(key ^ (key >> 31 ? 0x80000000u : 0xffffffffu));
}

// 1, or exp(l - most) in 2^-28.
template <bool MASS>
__device__ __forceinline__ uint32_t weight_of(float l, float most) {
  return MASS ? __float2uint_rn(__expf(l - most) * 0x1p28f) : 1u;
}

// A histogram whose bins are sums of two halves, as many bits as 2^18 weights can be added up in.
struct Histogram {
  uint32_t low[kBins], high[kBins];  // in units of 1 and of 2^14
  uint64_t warps[32];                // what is in a warp's bins
  uint64_t total, above;             // in all bins, and in those beyond the one that was found
  int found;

  __device__ __forceinline__ void clear() {
    for (int i = threadIdx.x; i < kBins; i += blockDim.x) low[i] = high[i] = 0;
    __syncthreads();
  }
  __device__ __forceinline__ void add(uint32_t bin, uint32_t weight) {
    const uint32_t ours = weight & 0x3fffu;
    if (ours) atomicAdd(low + bin, ours);
    if (weight >> 14) atomicAdd(high + bin, weight >> 14);
  }
  __device__ __forceinline__ uint64_t at(int bin) const {
    return low[bin] + (uint64_t(high[bin]) << 14);
  }
  // Of a thread's two bins and all bins beyond these: two bins per thread, the greatest first.
  __device__ __forceinline__ uint64_t beyond_and_own() {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, bin = kBins - 2 - 2 * threadIdx.x;
    __syncthreads();
    uint64_t sum = at(bin) + at(bin + 1);
    for (int other = 1; other < 32; other *= 2) {
      const uint64_t theirs = __shfl_up_sync(0xffffffffu, (unsigned long long)sum, other);
      if (lane >= other) sum += theirs;
    }
    if (lane == 31) warps[warp] = sum;
    __syncthreads();
    for (int w = 0; w < warp; ++w) sum += warps[w];
    if (threadIdx.x == blockDim.x - 1) total = sum;
    __syncthreads();
    return sum;
  }
  // The greatest bin such that it and those beyond hold `target`, 0 < target <= total.
  __device__ __forceinline__ void find(uint64_t sum, uint64_t target) {
    const int bin = kBins - 2 - 2 * threadIdx.x;
    const uint64_t lower = at(bin), upper = at(bin + 1), beyond = sum - lower - upper;
    if (beyond < target && target <= beyond + upper) found = bin + 1, above = beyond;
    if (beyond + upper < target && target <= sum) found = bin, above = beyond + upper;
    __syncthreads();
  }
};

// Whoever calls visit(l) for each token of the row.
template <typename T, int SIZE>
struct Tokens {
  const T* logits;
  int vocab;
  const SampledRow& row;

  template <typename Visit>
  __device__ __forceinline__ void each(const Visit& visit) const {
    const float scale = row.scale();
    for (int first = threadIdx.x * SIZE; first < vocab; first += blockDim.x * SIZE) {
      const auto pack = *reinterpret_cast<const Pack<T, SIZE>*>(logits + first);
      const uint32_t bits = row.seen_from(first);
#pragma unroll
      for (int i = 0; i < SIZE; ++i)
        visit(row.scaled(float(pack.values[i]), bits >> i & 1u, scale));
    }
  }
};

// The largest key such that tokens with keys from it on, of those from `least` on, weigh `share` of them
// (MASS) or as much as `share`.
template <bool MASS, typename AllTokens>
__device__ __forceinline__ uint32_t descend(const AllTokens& tokens, Histogram& histogram,
                                            float most, uint32_t least, float share) {
  uint32_t prefix = 0;
  uint64_t target = 0;
  for (int shift = 32 - kDigit; shift > -kDigit; shift -= kDigit) {
    const int low = max(shift, 0), width = shift < 0 ? kDigit + shift : kDigit;  // 11, 11, 10 bits
    const uint64_t place = uint64_t(prefix) >> (low + width);
    histogram.clear();
    tokens.each([&](float l) {
      const uint32_t key = ordered(l);
      if (key >= least && uint64_t(key) >> (low + width) == place)
        histogram.add(key >> low & ((1u << width) - 1u), weight_of<MASS>(l, most));
    });
    const uint64_t sum = histogram.beyond_and_own();
    if (low + width == 32) {
      const double wanted = MASS ? ceil(double(share) * double(histogram.total)) : double(share);
      target = min(max(uint64_t(wanted), uint64_t(1)), histogram.total);
    }
    histogram.find(sum, target);
    prefix |= uint32_t(histogram.found) << low;
    target -= histogram.above;
    __syncthreads();
  }
  return prefix;
}

__device__ __forceinline__ float block_max(float value) {
  __shared__ float warps[32];
  for (int step = 0; step < 2; ++step) {
    for (int other = 16; other > 0; other /= 2)
      value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, other));
    if (step > 0) break;
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
    __syncthreads();
    value = warps[threadIdx.x % 32];
  }
  return value;
}
