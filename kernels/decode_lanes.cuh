// What a lane knows of a query after some positions: its part of the dimensions.
#pragma once

#include "vectors.cuh"

template <typename T>
struct SeenByLane {
  static constexpr int kSize = Vector<T>::kSize;
  // Greatest score (of powers of two), sum of exponentials, sum of values so weighted.
  float most, sum, values[kSize];

  __device__ __forceinline__ void relative_to(float higher) {
    const float factor = exp2f(most - higher);
    most = higher, sum *= factor;
#pragma unroll
    for (int i = 0; i < kSize; ++i) values[i] *= factor;
  }

  // COUNT positions more; -INFINITY: none.
  template <int COUNT>
  __device__ __forceinline__ void add(const float (&scores)[COUNT],
                                      const Vector<T> (&more)[COUNT]) {
    float higher = most;
#pragma unroll
    for (int u = 0; u < COUNT; ++u) higher = fmaxf(higher, scores[u]);
    relative_to(higher);
#pragma unroll
    for (int u = 0; u < COUNT; ++u) {
      const float weight = exp2f(scores[u] - higher);
      sum += weight;
#pragma unroll
      for (int i = 0; i < kSize; ++i) values[i] = fmaf(weight, float(more[u].values[i]), values[i]);
    }
  }

  // What lanes know that are multiples of `lanes` apart.
  __device__ __forceinline__ void put_together(int lanes) {
#pragma unroll
    for (int other = lanes; other < 32; other *= 2) {
      relative_to(fmaxf(most, __shfl_xor_sync(0xffffffffu, most, other)));
      sum += __shfl_xor_sync(0xffffffffu, sum, other);
#pragma unroll
      for (int i = 0; i < kSize; ++i) values[i] += __shfl_xor_sync(0xffffffffu, values[i], other);
    }
  }
};
