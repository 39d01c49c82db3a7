// Queries and keys before attention: RMSNorm, if any, and rotary positions.
#pragma once

#include "vectors.cuh"

// A head, normalised and rotated, by a warp.
template <typename T, int D, typename To>
__device__ __forceinline__ void turn(const T* head, const T* norm, float epsilon, int position,
                                     const float* inverse_frequencies, float rotation_scale, To* to) {
  const int lane = threadIdx.x % 32;
  float inverse = 1.0f;
  if (norm) {
    float squares = 0.0f;
    for (int i = lane; i < D; i += 32) squares += float(head[i]) * float(head[i]);
    inverse = rsqrtf(warp_sum(squares) / D + epsilon);
  }
#pragma unroll
  for (int i = lane; i < D / 2; i += 32) {
    float a = head[i], b = head[i + D / 2];
    if (norm) {
      a *= inverse * float(norm[i]);
      b *= inverse * float(norm[i + D / 2]);
    }
    float sine, cosine;
    sincosf(float(position) * inverse_frequencies[i], &sine, &cosine);
    sine *= rotation_scale, cosine *= rotation_scale;
    to[i] = To(a * cosine - b * sine);
    to[i + D / 2] = To(b * cosine + a * sine);
  }
}
