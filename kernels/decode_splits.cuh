// What blocks that split the positions of a kv head's queries leave for the last of them to put together.
#pragma once

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

// Four neighbours of a head's values after some splits.
struct Four {
  float most = -INFINITY, sum = 0.0f, values[4] = {};

  template <int COUNT>
  __device__ __forceinline__ void add(const float2 (&scales)[COUNT], const float4 (&more)[COUNT]) {
    float higher = most;
#pragma unroll
    for (int s = 0; s < COUNT; ++s) higher = fmaxf(higher, scales[s].x);
    const float factor = power_of_two(most - higher);
    most = higher, sum *= factor;
#pragma unroll
    for (int e = 0; e < 4; ++e) values[e] *= factor;
#pragma unroll
    for (int s = 0; s < COUNT; ++s) {
      const float weight = power_of_two(scales[s].x - higher);
      sum = fmaf(weight, scales[s].y, sum);
      values[0] = fmaf(weight, more[s].x, values[0]);
      values[1] = fmaf(weight, more[s].y, values[1]);
      values[2] = fmaf(weight, more[s].z, values[2]);
      values[3] = fmaf(weight, more[s].w, values[3]);
    }
  }
};

// partials [active, HEADS] → to [HEADS, D], in the order of the splits, by THREADS. All of a few splits
// is asked for before any of it is used.
template <typename T, int D, int HEADS, int THREADS>
__device__ __forceinline__ void put_together(const Partial<D>* partials, int active, T* to) {
  constexpr int kOwn = (HEADS * D + 4 * THREADS - 1) / (4 * THREADS);
  constexpr int kMost = (12 + kOwn - 1) / kOwn, kAtOnce = kMost < 8 ? kMost : 8;  // splits
  Four own[kOwn];
  for (int from = 0; from < active; from += kAtOnce) {
    float2 scales[kOwn][kAtOnce];  // greatest, sum
    float4 values[kOwn][kAtOnce];
#pragma unroll
    for (int j = 0; j < kOwn; ++j)
#pragma unroll
      for (int s = 0; s < kAtOnce; ++s) {
        const int i = min(4 * int(threadIdx.x + j * THREADS), HEADS * D - 4);
        const Partial<D>& one = partials[min(from + s, active - 1) * HEADS + i / D];
        scales[j][s] = __ldcg(reinterpret_cast<const float2*>(&one.most));
        values[j][s] = __ldcg(reinterpret_cast<const float4*>(one.values + i % D));
      }
#pragma unroll
    for (int s = 0; s < kAtOnce; ++s)
#pragma unroll
      for (int j = 0; j < kOwn; ++j)
        if (from + s >= active) scales[j][s] = {-INFINITY, 0.0f};
#pragma unroll
    for (int j = 0; j < kOwn; ++j) own[j].add(scales[j], values[j]);
  }
#pragma unroll
  for (int j = 0; j < kOwn; ++j) {
    const int i = 4 * (threadIdx.x + j * THREADS);
    const float inverse = 1.0f / own[j].sum;
#pragma unroll
    for (int e = 0; e < 4; ++e)
      if (i < HEADS * D) to[i + e] = T(own[j].values[e] * inverse);
  }
}
