// Attention of one new token per row, over a cache of keys and values.
//   qkv [n, (H + 2 K) D]: queries, keys, values; slots [n]: the row's slot in the caches, below zero: no
//   row; positions [slots]: the new token's; inverse_frequencies [D / 2]; q_norm, k_norm [D] or null;
//   keys, values [slots, length, K, D]: the new token's are added; out [n, H D].
// Queries and keys are normalised (x / sqrt(mean(x^2) + epsilon) * norm) and rotated (dimensions i and
// i + D / 2 by position * inverse_frequencies[i], scaled by rotation_scale) in float; the key is then narrowed.
// A token sees the `window` positions up to its own. Bound by memory: the cache is read once.
#include <torch/extension.h>

#include "decode_lanes.cuh"
#include "decode_tiles.cuh"
#include "overlap.cuh"
#include "turn.cuh"
#include "vectors.cuh"

#ifndef VERSION
#define VERSION 3
#endif
#pragma kernel tune(VERSION=1, 2, 3) default(3)

constexpr int kWarps = 8;  // of a block of version 2
constexpr float kLowest = -1e30f;  // whose exponential is 0, and which can be subtracted from itself

// 1: a warp for every head, a position at a time. Grid (H, n).
template <typename T, int D>
__global__ void decode_attention_1(const T* qkv, const int* slots, const int* positions,
                                   const float* inverse_frequencies, float rotation_scale,
                                   const T* q_norm, const T* k_norm, float epsilon, T* keys,
                                   T* values, T* out, int length, int kv_heads, int window,
                                   float scale) {
  constexpr int kOwn = (D + 31) / 32;  // dimensions of a lane
  __shared__ float query[D];
  __shared__ T key[D];
  const int heads = gridDim.x, head = blockIdx.x, kv = head / (heads / kv_heads);
  const int lane = threadIdx.x, slot = slots[blockIdx.y];
  if (slot < 0) return;
  const int position = positions[slot], begin = max(0, position + 1 - window);
  const T* row = qkv + int64_t(blockIdx.y) * (heads + 2 * kv_heads) * D;
  const T* value = row + (heads + kv_heads + kv) * D;
  turn<T, D>(row + head * D, q_norm, epsilon, position, inverse_frequencies, rotation_scale, query);
  turn<T, D>(row + (heads + kv) * D, k_norm, epsilon, position, inverse_frequencies, rotation_scale,
             key);
  __syncwarp();
  float most = kLowest, sum = 0.0f, seen[kOwn] = {};
  for (int p = begin; p <= position; ++p) {
    const int64_t at = ((int64_t(slot) * length + p) * kv_heads + kv) * D;
    const T* k = p == position ? key : keys + at;
    const T* v = p == position ? value : values + at;
    float score = 0.0f;
    for (int i = lane; i < D; i += 32) score += query[i] * float(k[i]);
    score = warp_sum(score) * scale;
    const float higher = fmaxf(most, score), factor = __expf(most - higher);
    const float weight = __expf(score - higher);
    most = higher, sum = sum * factor + weight;
    for (int j = 0; j < kOwn; ++j)
      if (lane + 32 * j < D) seen[j] = seen[j] * factor + weight * float(v[lane + 32 * j]);
  }
  const int64_t at = ((int64_t(slot) * length + position) * kv_heads + kv) * D;
  for (int j = 0; j < kOwn; ++j) {
    const int i = lane + 32 * j;
    if (i >= D) break;
    out[(int64_t(blockIdx.y) * heads + head) * D + i] = T(seen[j] / sum);
    if (head % (heads / kv_heads) == 0) keys[at + i] = key[i], values[at + i] = value[i];
  }
}

// 2 (flash-decoding, Dao et al. 2023): blocks of 8 warps split the positions; HEADS <= 8 queries of one
// kv head (HEADS D <= 1024: shared memory) share every key that is loaded, kUnroll positions at a time
// for each group of lanes that covers D. The last block to arrive puts the splits together, in their
// order. Grid (splits, K parts, n), H = K parts HEADS; partials [n, K parts, splits, HEADS] of Partial;
// counters [n, K parts]: zeros, and left so.
template <typename T, int D, int HEADS>
__global__ void __launch_bounds__(kWarps * 32, 2)
    decode_attention_2(const T* qkv, const int* slots, const int* positions,
                       const float* inverse_frequencies, float rotation_scale, const T* q_norm,
                       const T* k_norm, float epsilon, T* keys, T* values, T* out, float* partials,
                       int* counters, int length, int kv_heads, int window, float scale) {
  constexpr int kSize = Vector<T>::kSize, kUnroll = 2, kVectors = D / kSize;
  static_assert(D % (2 * kSize) == 0 && kVectors <= 32);
  constexpr int kLanes = kVectors > 16 ? 32 : kVectors > 8 ? 16 : kVectors > 4 ? 8 : 4;
  constexpr int kAtOnce = kWarps * 32 / kLanes;  // positions
  __shared__ alignas(16) float queries[HEADS][D];
  __shared__ alignas(16) T new_key[D];
  __shared__ Partial<D> warps[HEADS][kWarps];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, row = blockIdx.z;
  const int parts = gridDim.y / kv_heads, kv = blockIdx.y / parts;
  const int heads = gridDim.y * HEADS, head = blockIdx.y * HEADS;  // its first

  // What earlier steps left may be read before the kernels of this one have ended.
  let_the_next_start();
  const int slot = slots[row];
  const int position = slot < 0 ? -1 : positions[slot], first = max(0, position + 1 - window);
  const int count = position + 1 - first;
  const int chunk = max(64, ((count + int(gridDim.x) - 1) / int(gridDim.x) + 31) / 32 * 32);
  const int begin = first + blockIdx.x * chunk, end = min(begin + chunk, position + 1);
  if (slot < 0 || begin >= end) return wait_for_the_previous();
  const bool owns = end == position + 1;  // the new token
  const int active = (count + chunk - 1) / chunk;

  const T* own = qkv + int64_t(row) * (heads + 2 * kv_heads) * D;
  const T* new_value = own + (heads + kv_heads + kv) * D;
  const int64_t slot_at = (int64_t(slot) * length * kv_heads + kv) * D;
  const int place = lane % kLanes * kSize;  // of the lane's dimensions
  const bool inside = place < D;
  const int offset = threadIdx.x / kLanes;  // of its positions
  Vector<T> key[kUnroll], value[kUnroll];
  const auto fetch = [&](int from) {
#pragma unroll
    for (int u = 0; u < kUnroll; ++u) {
      const int p = from + u * kAtOnce + offset;
      const int64_t at = slot_at + int64_t(p) * kv_heads * D + place;
      key[u] = value[u] = Vector<T>{};
      if (inside && p < end && p < position) key[u] = load(keys + at), value[u] = load(values + at);
    }
  };
  fetch(begin);
  wait_for_the_previous();

  for (int h = warp; h < HEADS; h += kWarps)
    turn<T, D>(own + (head + h) * D, q_norm, epsilon, position, inverse_frequencies, rotation_scale,
               queries[h]);
  if (owns && warp == kWarps - 1)
    turn<T, D>(own + (heads + kv) * D, k_norm, epsilon, position, inverse_frequencies,
               rotation_scale, new_key);
  __syncthreads();
  if (owns && blockIdx.y % parts == 0 && threadIdx.x < kVectors) {
    const int64_t at = slot_at + int64_t(position) * kv_heads * D + threadIdx.x * kSize;
    store(keys + at, load(new_key + threadIdx.x * kSize));
    store(values + at, load(new_value + threadIdx.x * kSize));
  }

  SeenByLane<T> seen[HEADS] = {};
#pragma unroll
  for (int h = 0; h < HEADS; ++h) seen[h].most = kLowest;
  const float scale_2 = scale * 1.44269504f;  // of powers of two
  for (int from = begin; from < end; from += kUnroll * kAtOnce) {
#pragma unroll
    for (int u = 0; u < kUnroll; ++u)
      if (inside && owns && from + u * kAtOnce + offset == position)
        key[u] = load(new_key + place), value[u] = load(new_value + place);
#pragma unroll
    for (int h = 0; h < HEADS; ++h) {
      float query[kSize];  // beyond D there are keys of zero
#pragma unroll
      for (int i = 0; i < kSize; ++i) query[i] = queries[h][inside ? place + i : i];
      float score[kUnroll];
#pragma unroll
      for (int u = 0; u < kUnroll; ++u) {
        score[u] = 0.0f;
#pragma unroll
        for (int i = 0; i < kSize; ++i)
          score[u] = fmaf(query[i], float(key[u].values[i]), score[u]);
#pragma unroll
        for (int other = kLanes / 2; other > 0; other /= 2)
          score[u] += __shfl_xor_sync(0xffffffffu, score[u], other);
        score[u] = from + u * kAtOnce + offset < end ? score[u] * scale_2 : -INFINITY;
      }
      seen[h].add(score, value);
    }
    fetch(from + kUnroll * kAtOnce);
  }

  // The warp's groups of lanes, then the block's warps.
#pragma unroll
  for (int h = 0; h < HEADS; ++h) {
    seen[h].put_together(kLanes);
    if (lane < kLanes && inside)
#pragma unroll
      for (int i = 0; i < kSize; ++i) warps[h][warp].values[place + i] = seen[h].values[i];
    if (lane == 0) warps[h][warp].most = seen[h].most, warps[h][warp].sum = seen[h].sum;
  }
  __syncthreads();
  const int64_t group = int64_t(row) * gridDim.y + blockIdx.y;
  auto* splits = reinterpret_cast<Partial<D>*>(partials) + group * gridDim.x * HEADS;
  T* to = out + (int64_t(row) * heads + head) * D;
  for (int i = threadIdx.x; i < HEADS * D; i += kWarps * 32) {
    const int h = i / D, d = i % D;
    float most = kLowest, sum = 0.0f, total = 0.0f;
#pragma unroll
    for (int w = 0; w < kWarps; ++w) most = fmaxf(most, warps[h][w].most);
#pragma unroll
    for (int w = 0; w < kWarps; ++w) {
      const float weight = exp2f(warps[h][w].most - most);
      sum += weight * warps[h][w].sum;
      total += weight * warps[h][w].values[d];
    }
    Partial<D>& mine = splits[blockIdx.x * HEADS + h];
    if (active == 1) to[i] = T(total / sum);
    else mine.values[d] = total;
    if (active > 1 && d == 0) mine.most = most, mine.sum = sum;
  }
  if (active > 1 && arrives_last(counters + group, active))
    put_together<T, D, HEADS, kWarps * 32>(splits, active, to);
}

// 3: of at::Half and at::BFloat16, on tensor cores: blocks of 4 warps split the positions, a chunk at a
// time, the first two of which are asked for before the kernel in front has ended. HEADS <= 16 queries of
// one kv head are two matrices, narrowed and what that took away, and so are weights: as exact as in
// float. Warps share the scores, then the dimensions: nothing is left to be put together but the splits,
// in their order, by the last block. Grid (splits, K parts, n), H = K parts HEADS; dynamic shared memory:
// Tiles; partials [n, K parts, splits, HEADS] of Partial; counters [n, K parts]: zeros, and left so.
template <typename T, int D, int HEADS>
__global__ void __launch_bounds__(128, 4)
    decode_attention_3(const T* qkv, const int* slots, const int* positions,
                       const float* inverse_frequencies, float rotation_scale, const T* q_norm,
                       const T* k_norm, float epsilon, T* keys, T* values, T* out, float* partials,
                       int* counters, int length, int kv_heads, int window, float scale) {
  using Tiles = ::Tiles<T, D, HEADS>;
  using Turn = ::Turn<T, D>;
  constexpr int kChunk = Tiles::kChunk, kVectors = D / 8;
  constexpr int kAtOnce = Tiles::kThreads / Turn::kLanes;         // heads
  constexpr int kRounds = (HEADS + 1 + kAtOnce - 1) / kAtOnce;    // and the key
  extern __shared__ uint4 dynamic[];
  Tiles& tiles = *reinterpret_cast<Tiles*>(dynamic);
  const int row = blockIdx.z, heads = gridDim.y * HEADS;
  const int parts = gridDim.y / kv_heads, kv = blockIdx.y / parts;

  // What earlier steps left may be read before the kernels of this one have ended.
  let_the_next_start();
  const int slot = slots[row];
  const int position = slot < 0 ? -1 : positions[slot], first = max(0, position + 1 - window);
  const int count = position + 1 - first, share = (count + int(gridDim.x) - 1) / int(gridDim.x);
  const int split = max(64, (share + kChunk - 1) / kChunk * kChunk);
  const int begin = first + blockIdx.x * split, end = min(begin + split, position + 1);
  if (slot < 0 || begin >= end) return wait_for_the_previous();
  const bool owns = end == position + 1;  // the new token
  const int active = (count + split - 1) / split, steps = (end - begin + kChunk - 1) / kChunk;

  const int64_t slot_at = (int64_t(slot) * length * kv_heads + kv) * D, stride = kv_heads * D;
  const auto fetch = [&](int step) {  // two groups
    const int from = begin + step * kChunk, there = min(end, position) - from;
    const int64_t at = slot_at + from * stride;
    if (step < steps) Tiles::ask_rows(tiles.keys[step % 2], keys + at, stride, there);
    close_group();
    if (step < steps) Tiles::ask_rows(tiles.values[step % 2], values + at, stride, there);
    close_group();
  };
  fetch(0);
  fetch(1);
  for (int i = threadIdx.x; i < (8 * Tiles::kColumns - HEADS) * kVectors; i += Tiles::kThreads)
#pragma unroll
    for (auto& queries : tiles.queries)
      store(queries[HEADS + i / kVectors] + i % kVectors * 8, Vector<T>{});
  const Turn turn(position, inverse_frequencies, rotation_scale);
  const int member = threadIdx.x / Turn::kLanes;
  wait_for_the_previous();

  const T* of_row = qkv + int64_t(row) * (heads + 2 * kv_heads) * D;
  const T *own = of_row + blockIdx.y * HEADS * D, *own_key = of_row + (heads + kv) * D;
  typename Turn::Head loaded[kRounds] = {};
  typename Turn::Norm norms[kRounds];
#pragma unroll
  for (int r = 0; r < kRounds; ++r) {
    const int h = member + r * kAtOnce;
    if (h < HEADS || (h == HEADS && owns)) loaded[r] = turn.load(h < HEADS ? own + h * D : own_key);
    norms[r] = turn.load_norm(h < HEADS ? q_norm : k_norm);
  }
  Vector<T> new_value;
  const bool brings = owns && threadIdx.x < kVectors;
  if (brings) new_value = load(own_key + kv_heads * D + threadIdx.x * 8);
#pragma unroll
  for (int r = 0; r < kRounds; ++r) {
    const int h = member + r * kAtOnce;
    const float inverse = q_norm || k_norm ? turn.inverse_norm(loaded[r], epsilon) : 1.0f;
    if (h <= HEADS)
      turn.store(loaded[r], norms[r], inverse, h < HEADS ? tiles.queries[0][h] : tiles.new_key,
                 h < HEADS ? tiles.queries[1][h] : nullptr);
  }
  if (brings) store(tiles.new_value + threadIdx.x * 8, new_value);

  Seen<T, D, HEADS> seen = {};
#pragma unroll
  for (int c = 0; c < Tiles::kColumns; ++c) seen.most[c] = -INFINITY;
  for (int step = 0; step < steps; ++step) {
    const int from = begin + step * kChunk;
    if (step == 0) await_groups<3>();
    else await_groups<1>();
    __syncthreads();
    if (step > 0) fetch(step + 1);  // over the chunk that nobody reads any more
    tiles.score(tiles.keys[step % 2], position - from, end - from, scale * 1.44269504f);
    await_groups<2>();
    __syncthreads();
    uint32_t weights[2][Tiles::kColumns][kChunk / 16][2];
    seen.weigh(tiles, weights);
    seen.add(tiles, tiles.values[step % 2], position - from, weights);
  }
  if (brings && blockIdx.y % parts == 0) {
    const int64_t at = slot_at + position * stride + threadIdx.x * 8;
    store(keys + at, load(tiles.new_key + threadIdx.x * 8));
    store(values + at, new_value);
  }

  const int64_t group = int64_t(row) * gridDim.y + blockIdx.y;
  T* to = out + group * HEADS * D;
  if (active == 1) return seen.store(to);
  auto* splits = reinterpret_cast<Partial<D>*>(partials) + group * gridDim.x * HEADS;
  seen.store(splits + blockIdx.x * HEADS);
  if (arrives_last(counters + group, active))
    put_together<T, D, HEADS, Tiles::kThreads>(splits, active, to);
}

// HEADS: of a block of version 2; MORE_HEADS: of version 3.
template <typename T, int D, int HEADS, int MORE_HEADS>
void run(torch::Tensor qkv, torch::Tensor slots, torch::Tensor positions, torch::Tensor frequencies,
         torch::Tensor q_norm, torch::Tensor k_norm, torch::Tensor keys, torch::Tensor values,
         torch::Tensor out, int window) {
  const int n = qkv.size(0), length = keys.size(1), kv_heads = keys.size(2);
  const int heads = qkv.size(1) / D - 2 * kv_heads;
  const T* query_scale = q_norm.numel() > 0 ? q_norm.data_ptr<T>() : nullptr;
  const T* key_scale = k_norm.numel() > 0 ? k_norm.data_ptr<T>() : nullptr;
  const float scale = 1.0f / std::sqrt(float(D));
  if (VERSION == 1) {
    decode_attention_1<T, D><<<dim3(heads, n), 32>>>(
        qkv.data_ptr<T>(), slots.data_ptr<int>(), positions.data_ptr<int>(),
        frequencies.data_ptr<float>(), 1.25f, query_scale, key_scale, 1e-6f, keys.data_ptr<T>(),
        values.data_ptr<T>(), out.data_ptr<T>(), length, kv_heads, window, scale);
    return;
  }
  const bool matrices = VERSION == 3 && sizeof(T) == 2;
  const int y = heads / (matrices ? MORE_HEADS : HEADS);
  const int splits = std::min(std::min(64, (length + 63) / 64), (264 + n * y - 1) / (n * y));
  auto partials = torch::empty({n * heads * splits * (D + 4)}, frequencies.options());
  auto counters = torch::zeros({n * y}, slots.options());
  if (matrices) {
    const int chunk = D > 128 ? 32 : 64, rows = (MORE_HEADS + 7) / 8 * 8;
    const int shared = (2 * rows + 2 + 4 * chunk) * (D + 8) * 2 + rows * (chunk + 8) * 4;
    cudaFuncSetAttribute(decode_attention_3<T, D, MORE_HEADS>,
                         cudaFuncAttributeMaxDynamicSharedMemorySize, shared);
    decode_attention_3<T, D, MORE_HEADS><<<dim3(splits, y, n), 128, shared>>>(
        qkv.data_ptr<T>(), slots.data_ptr<int>(), positions.data_ptr<int>(),
        frequencies.data_ptr<float>(), 1.25f, query_scale, key_scale, 1e-6f, keys.data_ptr<T>(),
        values.data_ptr<T>(), out.data_ptr<T>(), partials.data_ptr<float>(),
        counters.data_ptr<int>(), length, kv_heads, window, scale);
  } else {
    decode_attention_2<T, D, HEADS><<<dim3(splits, y, n), 256>>>(
        qkv.data_ptr<T>(), slots.data_ptr<int>(), positions.data_ptr<int>(),
        frequencies.data_ptr<float>(), 1.25f, query_scale, key_scale, 1e-6f, keys.data_ptr<T>(),
        values.data_ptr<T>(), out.data_ptr<T>(), partials.data_ptr<float>(),
        counters.data_ptr<int>(), length, kv_heads, window, scale);
  }
}

// Empty norms: none. `window` is as long as the window; empty: none.
std::vector<torch::Tensor> forward(torch::Tensor qkv, torch::Tensor slots, torch::Tensor positions,
                                   torch::Tensor frequencies, torch::Tensor q_norm,
                                   torch::Tensor k_norm, torch::Tensor keys_before,
                                   torch::Tensor values_before, torch::Tensor window) {
  auto keys = keys_before.clone(), values = values_before.clone();
  const int64_t dim = keys.size(3), kv_heads = keys.size(2), heads = qkv.size(1) / dim - 2 * kv_heads;
  const int64_t group = heads / kv_heads;
  const int sees = window.numel() > 0 ? int(window.numel()) : 1 << 30;
  auto out = torch::empty({qkv.size(0), heads * dim}, qkv.options());
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, qkv.scalar_type(), "decode_attention", ([&] {
        if (dim == 64 && group == 7)
          run<scalar_t, 64, 7, 7>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else if (dim == 128 && group == 4)
          run<scalar_t, 128, 4, 4>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else if (dim == 128 && group == 16)
          run<scalar_t, 128, 8, 16>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else if (dim == 96 && group == 1)
          run<scalar_t, 96, 1, 1>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else if (dim == 32 && group == 2)
          run<scalar_t, 32, 2, 2>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else if (dim == 16 && group == 20)
          run<scalar_t, 16, 5, 10>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else if (dim == 256 && group == 2)
          run<scalar_t, 256, 2, 2>(qkv, slots, positions, frequencies, q_norm, k_norm, keys, values, out, sees);
        else
          TORCH_CHECK(false, "not among the shapes that are tested");
      }));
  return {out, keys, values};
}
