// Scores and weighted values of a kv head's queries over a chunk of positions, on tensor cores: the
// queries are the columns, eight at a time, the positions and then the dimensions the rows.
#pragma once

#include "async_copy.cuh"
#include "decode_splits.cuh"
#include "matrix.cuh"

// Of a block. A row is 16 bytes longer than D: the eight rows of a matrix lie in different banks.
template <typename T, int D, int HEADS>
struct Tiles {
  static_assert(D % 16 == 0 && HEADS <= 16);
  static constexpr int kWarps = 4, kThreads = 32 * kWarps;
  static constexpr int kChunk = D > 128 ? 32 : 64;  // positions
  static constexpr int kColumns = (HEADS + 7) / 8;  // of 8 queries
  static constexpr int kSteps = D / 16, kRow = D + 8, kScores = kChunk + 8;
  static constexpr int kOwn = (kSteps + kWarps - 1) / kWarps;  // a warp's 16 dimensions at a time
  static constexpr int kChains = kColumns == 1 ? 4 : 2;  // of products that wait for one another

  T queries[2][8 * kColumns][kRow];  // narrowed, and what that took away
  T new_key[kRow], new_value[kRow];
  T keys[2][kChunk][kRow], values[2][kChunk][kRow];  // one chunk is on its way while one is used
  float scores[8 * kColumns][kScores];

  // `there` rows `stride` apart; the others of the chunk become zero.
  static __device__ __forceinline__ void ask_rows(T (*to)[kRow], const T* from, int64_t stride,
                                                  int there) {
    constexpr int kVectors = D / 8;
    static_assert(kChunk * kVectors % kThreads == 0);
#pragma unroll 4  // more of them take registers
    for (int j = 0; j < kChunk * kVectors / kThreads; ++j) {
      const int i = threadIdx.x + j * kThreads;
      const int row = i / kVectors, column = i % kVectors * 8;
      const bool asked = row < there;
      ask(to[row] + column, from + (asked ? row * stride + column : 0), asked);
    }
  }

  // Of a chunk's `there` positions, the new token's at `fresh`; the others' scores are -INFINITY.
  __device__ __forceinline__ void score(const T (*keys)[kRow], int fresh, int there, float scale) {
    const int lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    static_assert(kChunk / 16 <= kWarps);
    const int tile = threadIdx.x / 32;
    if (kChunk / 16 < kWarps && tile >= kChunk / 16) return;
    float sums[kColumns][kChains][4] = {};
    const int row = 16 * tile + lane % 16;
    const T* key = (row == fresh ? new_key : keys[row]) + lane / 16 * 8;
#pragma unroll
    for (int k = 0; k < kSteps; ++k) {
      uint32_t rows[4];
      load_matrices(rows, key + 16 * k);
#pragma unroll
      for (int c = 0; c < kColumns; ++c) {
        uint32_t columns[4];  // narrowed, rest
        load_matrices(columns, queries[lane / 16][8 * c + lane % 8] + 16 * k + lane / 8 % 2 * 8);
        multiply_add<T>(sums[c][k % 2], rows, {columns[0], columns[1]});
        multiply_add<T>(sums[c][(2 + k % 2) % kChains], rows, {columns[2], columns[3]});
      }
    }
#pragma unroll
    for (int c = 0; c < kColumns; ++c)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int at = 16 * tile + g + i / 2 * 8;
        float sum = sums[c][0][i] + sums[c][1][i];
        if (kChains == 4) sum += sums[c][kChains - 2][i] + sums[c][kChains - 1][i];
        scores[8 * c + 2 * t + i % 2][at] = at < there ? sum * scale : -INFINITY;
      }
  }
};

// What a warp knows after some positions. A lane is 4 g + t: `most` is of query g of every eight,
// `values` of queries 2 t and 2 t + 1, and behind those of its dimensions the sum of weights.
template <typename T, int D, int HEADS>
struct Seen {
  using Tiles = ::Tiles<T, D, HEADS>;
  static constexpr int kColumns = Tiles::kColumns, kOwn = Tiles::kOwn;
  static constexpr int kSteps = Tiles::kChunk / 16;
  // Of a chunk's positions, as fragments: narrowed, and what that took away.
  using Weights = uint32_t[2][kColumns][kSteps][2];
  float most[kColumns], values[kOwn + 1][kColumns][4];

  // Weights: exponentials of a chunk's scores; what is known becomes relative to the greatest yet.
  __device__ __forceinline__ void weigh(const Tiles& tiles, Weights& weights) {
    const int g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
      float2 scores[kSteps][2];
      float higher = most[c];
#pragma unroll
      for (int k = 0; k < kSteps; ++k)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          scores[k][half] = *reinterpret_cast<const float2*>(
              tiles.scores[8 * c + g] + 16 * k + 8 * half + 2 * t);
          higher = fmaxf(higher, fmaxf(scores[k][half].x, scores[k][half].y));
        }
      higher = fmaxf(higher, __shfl_xor_sync(0xffffffffu, higher, 1));
      higher = fmaxf(higher, __shfl_xor_sync(0xffffffffu, higher, 2));
      const float factor = power_of_two(most[c] - higher);
      most[c] = higher;
#pragma unroll
      for (int k = 0; k < kSteps; ++k)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const float low = power_of_two(scores[k][half].x - higher);
          const float high = power_of_two(scores[k][half].y - higher);
          weights[0][c][k][half] = narrowed<T>(low, high);
          weights[1][c][k][half] = rest_of<T>(low, high, weights[0][c][k][half]);
        }
      const float factors[2] = {__shfl_sync(0xffffffffu, factor, 8 * t),
                                __shfl_sync(0xffffffffu, factor, 8 * t + 4)};
#pragma unroll
      for (int j = 0; j <= kOwn; ++j)
#pragma unroll
        for (int i = 0; i < 4; ++i) values[j][c][i] *= factors[i % 2];
    }
  }

  // More of them, so weighted.
  __device__ __forceinline__ void add(const Tiles& tiles, const T (*rows)[Tiles::kRow], int fresh,
                                      const Weights& weights) {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const uint32_t one = narrowed<T>(1.0f, 1.0f);
    constexpr bool kApart = kColumns == 1;  // so that the rest's sums do not wait for the others
    float rest[kOwn + 1][kColumns][4] = {};
#pragma unroll
    for (int k = 0; k < kSteps; ++k) {
      const int row = 16 * k + lane / 16 * 8 + lane % 8;
      const T* value = (row == fresh ? tiles.new_value : rows[row]) + lane / 8 % 2 * 8;
#pragma unroll
      for (int j = 0; j <= kOwn; ++j) {
        const int tile = warp + j * Tiles::kWarps;
        uint32_t dimensions[4] = {one, one, one, one};
        if (j < kOwn && tile >= Tiles::kSteps) continue;
        if (j < kOwn) load_transposed(dimensions, value + 16 * tile);
#pragma unroll
        for (int c = 0; c < kColumns; ++c) {
          multiply_add<T>(values[j][c], dimensions, weights[0][c][k]);
          multiply_add<T>(kApart ? rest[j][c] : values[j][c], dimensions, weights[1][c][k]);
        }
      }
    }
#pragma unroll
    for (int j = 0; j <= kOwn; ++j)
#pragma unroll
      for (int c = 0; c < kColumns; ++c)
#pragma unroll
        for (int i = 0; i < 4; ++i)
          if (kApart) values[j][c][i] += rest[j][c][i];
  }

  // The weighted means, to [HEADS, D].
  __device__ __forceinline__ void store(T* to) const {
    float shares[kColumns][2];
#pragma unroll
    for (int c = 0; c < kColumns; ++c)
#pragma unroll
      for (int i = 0; i < 2; ++i) shares[c][i] = 1.0f / values[kOwn][c][i];
    each([&](int c, int i, int query, int dimension, float value) {
      to[query * D + dimension] = T(value * shares[c][i]);
    });
  }
  // to [HEADS]
  __device__ __forceinline__ void store(Partial<D>* to) const {
    each([&](int c, int i, int query, int dimension, float value) {
      to[query].values[dimension] = value;
    });
    if (threadIdx.x >= 32) return;
    const int g = threadIdx.x / 4, t = threadIdx.x % 4;
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
      if (t == 0 && 8 * c + g < HEADS) to[8 * c + g].most = most[c];
#pragma unroll
      for (int i = 0; i < 2; ++i)
        if (g == 0 && 8 * c + 2 * t + i < HEADS) to[8 * c + 2 * t + i].sum = values[kOwn][c][i];
    }
  }

  // f(column of eight, which of two queries, query, dimension, value) for all values of the lane.
  template <typename F>
  __device__ __forceinline__ void each(F f) const {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
#pragma unroll
    for (int j = 0; j < kOwn; ++j)
#pragma unroll
      for (int c = 0; c < kColumns; ++c)
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int tile = warp + j * Tiles::kWarps, query = 8 * c + 2 * (lane % 4) + i % 2;
          if (tile < Tiles::kSteps && query < HEADS)
            f(c, i % 2, query, 16 * tile + lane / 4 + 8 * (i / 2), values[j][c][i]);
        }
  }
};
