// What blocks that split the positions of a kv head's queries leave for the last of them to put together.
#pragma once

#include "matrix.cuh"

// Without the scaling that exp2f adds for results that no float holds in full: they are 0.
__device__ __forceinline__ float power_of_two(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// Of a head after a split's positions: sum of values weighted by exponentials (of 2) relative to
// the greatest score, that score, sum of exponentials.
template <int D>
struct alignas(16) Partial {
  float values[D], most, sum;
  float unused[2];
};

// Whether this block is the last of `active` to arrive; counter is zero before the first and after
// the last. All that the blocks have written is there to be read by the last.
__device__ __forceinline__ bool arrives_last(int* counter, int active) {
  __shared__ bool last;
  __syncthreads();
  if (threadIdx.x == 0) {
    int before;
    asm volatile("atom.acq_rel.gpu.global.add.u32 %0, [%1], 1;"
                 : "=r"(before)
                 : "l"(__cvta_generic_to_global(counter))
                 : "memory");
    last = before == active - 1;
    if (last) *counter = 0;
  }
  __syncthreads();
  return last;
}

// partials [active, HEADS] → to [HEADS, D], in the order of the splits.
template <typename T, int D, int HEADS>
__device__ __forceinline__ void put_together(const Partial<D>* partials, int active, T* to) {
  constexpr int kAtOnce = 6;  // splits
  for (int i = 4 * threadIdx.x; i < HEADS * D; i += 4 * blockDim.x) {
    const Partial<D>* own = partials + i / D;
    float most = -INFINITY, sum = 0.0f, total[4] = {};
    for (int from = 0; from < active; from += kAtOnce) {
      float4 values[kAtOnce];
      float2 scale[kAtOnce];  // greatest, sum
      float higher = most;
#pragma unroll
      for (int s = 0; s < kAtOnce; ++s) {
        const Partial<D>& one = own[(from + s) * HEADS];
        values[s] = float4{}, scale[s] = {-INFINITY, 0.0f};
        if (from + s >= active) continue;
        values[s] = __ldcg(reinterpret_cast<const float4*>(one.values + i % D));
        scale[s] = __ldcg(reinterpret_cast<const float2*>(&one.most));
      }
#pragma unroll
      for (int s = 0; s < kAtOnce; ++s) higher = fmaxf(higher, scale[s].x);
      const float factor = power_of_two(most - higher);
      most = higher, sum *= factor;
#pragma unroll
      for (int e = 0; e < 4; ++e) total[e] *= factor;
#pragma unroll
      for (int s = 0; s < kAtOnce; ++s) {
        const float weight = power_of_two(scale[s].x - higher);
        sum = fmaf(weight, scale[s].y, sum);
        total[0] = fmaf(weight, values[s].x, total[0]);
        total[1] = fmaf(weight, values[s].y, total[1]);
        total[2] = fmaf(weight, values[s].z, total[2]);
        total[3] = fmaf(weight, values[s].w, total[3]);
      }
    }
    const float inverse = 1.0f / sum;
    *reinterpret_cast<uint2*>(to + i) =
        uint2{narrowed<T>(total[0] * inverse, total[1] * inverse),
              narrowed<T>(total[2] * inverse, total[3] * inverse)};
  }
}
