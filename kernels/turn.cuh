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

template <typename T>
struct alignas(2 * sizeof(T)) Pair {
  T values[2];
};

// The same for several heads at once, kLanes lanes each, with all that needs no head done ahead. A
// lane has dimensions 2 j, 2 j + 1 and those D / 2 further, j = its number, kLanes more …
template <typename T, int D>
struct Turn {
  static constexpr int kLanes = D > 64 ? 32 : D > 32 ? 16 : D > 16 ? 8 : 4;
  static constexpr int kOwn = (D / 4 + kLanes - 1) / kLanes;
  struct Head {
    Pair<T> halves[kOwn][2];
  };
  struct Norm {
    bool there;
    Head weights;
  };

  const int lane = threadIdx.x % kLanes;
  float sines[kOwn][2], cosines[kOwn][2];

  __device__ __forceinline__ Turn(int position, const float* inverse_frequencies, float scale) {
#pragma unroll
    for (int j = 0; j < kOwn; ++j)
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int at = min(2 * (lane + j * kLanes) + i, D / 2 - 1);
        sincosf(float(position) * inverse_frequencies[at], &sines[j][i], &cosines[j][i]);
        sines[j][i] *= scale, cosines[j][i] *= scale;
      }
  }

  __device__ __forceinline__ bool has(int j) const { return 4 * (lane + j * kLanes) < D; }

  __device__ __forceinline__ Head load(const T* head) const {
    Head own;
#pragma unroll
    for (int j = 0; j < kOwn; ++j)
#pragma unroll
      for (int half = 0; half < 2; ++half)
        if (has(j))
          own.halves[j][half] = *reinterpret_cast<const Pair<T>*>(head + 2 * (lane + j * kLanes) +
                                                                  half * D / 2);
    return own;
  }

  // norm: null for none.
  __device__ __forceinline__ Norm load_norm(const T* norm) const {
    Norm own = {norm != nullptr, {}};
    if (norm) own.weights = load(norm);
    return own;
  }

  // Of a head that every lane of the warp has loaded: 1 / its root mean square.
  __device__ __forceinline__ float inverse_norm(const Head& head, float epsilon) const {
    float squares = 0.0f;
#pragma unroll
    for (int j = 0; j < kOwn; ++j)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const float x = has(j) ? float(head.halves[j][i / 2].values[i % 2]) : 0.0f;
        squares = fmaf(x, x, squares);
      }
#pragma unroll
    for (int other = kLanes / 2; other > 0; other /= 2)
      squares += __shfl_xor_sync(0xffffffffu, squares, other);
    return rsqrtf(squares / D + epsilon);
  }

  // rest: null or where goes what narrowing took away, itself narrowed.
  __device__ __forceinline__ void store(const Head& head, const Norm& norm, float inverse, T* to,
                                        T* rest) const {
#pragma unroll
    for (int j = 0; j < kOwn; ++j) {
      Pair<T> turned[2], left[2];
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        float a = head.halves[j][0].values[i], b = head.halves[j][1].values[i];
        if (norm.there) {
          a *= inverse * float(norm.weights.halves[j][0].values[i]);
          b *= inverse * float(norm.weights.halves[j][1].values[i]);
        }
        const float exact[2] = {a * cosines[j][i] - b * sines[j][i],
                                b * cosines[j][i] + a * sines[j][i]};
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          turned[half].values[i] = T(exact[half]);
          left[half].values[i] = T(exact[half] - float(turned[half].values[i]));
        }
      }
      if (!has(j)) break;
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int at = 2 * (lane + j * kLanes) + half * D / 2;
        *reinterpret_cast<Pair<T>*>(to + at) = turned[half];
        if (rest) *reinterpret_cast<Pair<T>*>(rest + at) = left[half];
      }
    }
  }
};
