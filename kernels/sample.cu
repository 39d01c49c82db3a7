// Draws a token per row of logits [n, vocab] and moves the row's slot on by it. l = penalised logit / temperature
// (times 1 / temperature, in float). Kept are the tokens with
//   top_k:  l >= the top_k-th largest (0: all)
//   top_p:  l >= the largest t such that those with l >= t have top_p of the mass, exp(l), of what top_k
//           keeps; masses are counted in 2^-28 of the greatest
//   min_p:  l >= max + log(min_p)
// and of these the winner of the race is drawn (race.cuh); at temperature 0 the one of the greatest logit. Of equals:
// the smallest token. Its logprob is that under the softmax of the logits as given.
//   slots [n], below zero: no row; settings [slots, 4]: temperature, top_p, min_p, penalty; top_k, seeds,
//   positions, tokens [slots]; seen [slots, ceil(vocab / 32)], a bit per token, or null.
// Bound by arithmetic: 64-bit products for every token.
#include <torch/extension.h>

#include "overlap.cuh"
#include "race.cuh"
#include "sample_threshold.cuh"
#include "sampled_row.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

// Of some tokens: the best of them, and sum(exp(logit - most)).
struct Chunk {
  float most = kLowest, sum = 0.0f;
  float score = -INFINITY, logit = 0.0f;  // the best one's
  int token = 0x7fffffff;

  __device__ __forceinline__ void offer(float its_score, int its_token, float its_logit) {
    if (its_score > score || (its_score == score && its_token < token))  // not one that is NaN
      score = its_score, token = its_token, logit = its_logit;
  }
  __device__ __forceinline__ void join(const Chunk& other) {
    const float higher = fmaxf(most, other.most);
    sum = sum * __expf(most - higher) + other.sum * __expf(other.most - higher);
    most = higher;
    offer(other.score, other.token, other.logit);
  }
  // With all of the warp, on every lane.
  __device__ __forceinline__ void join_warp() {
    for (int other = 16; other > 0; other /= 2) {
      Chunk theirs;
      theirs.most = __shfl_xor_sync(0xffffffffu, most, other);
      theirs.sum = __shfl_xor_sync(0xffffffffu, sum, other);
      theirs.score = __shfl_xor_sync(0xffffffffu, score, other);
      theirs.logit = __shfl_xor_sync(0xffffffffu, logit, other);
      theirs.token = __shfl_xor_sync(0xffffffffu, token, other);
      join(theirs);
    }
  }
};

// A block's threads' chunks together, to chunks[row, part]. Up to 32 warps.
__device__ __forceinline__ void finish(Chunk chunk, Chunk* chunks) {
  __shared__ float mosts[32], sums[32], scores[32], logits[32];
  __shared__ int tokens[32];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  chunk.join_warp();
  if (lane == 0) {
    mosts[warp] = chunk.most, sums[warp] = chunk.sum;
    scores[warp] = chunk.score, logits[warp] = chunk.logit, tokens[warp] = chunk.token;
  }
  __syncthreads();
  if (warp > 0) return;
  Chunk all;
  if (lane < blockDim.x / 32) {
    all.most = mosts[lane], all.sum = sums[lane];
    all.score = scores[lane], all.logit = logits[lane], all.token = tokens[lane];
  }
  all.join_warp();
  if (lane == 0) chunks[int64_t(blockIdx.y) * gridDim.x + blockIdx.x] = all;
}

// 1: a token per thread at a time. Grid (chunks, n). thresholds [n]: the smallest l that is kept, or null.
template <typename T>
__global__ void sample_chunks_1(const T* logits, const int* slots, const float* settings,
                                const int64_t* seeds, const int* positions, const uint32_t* seen,
                                const float* thresholds, float* chunks, int vocab, int per_chunk) {
  const int slot = slots[blockIdx.y];
  if (slot < 0) return;
  const SampledRow row(settings, seen, slot, vocab);
  const float threshold = thresholds ? thresholds[blockIdx.y] : -INFINITY;
  const uint64_t key = race_key(uint64_t(seeds[slot]), positions[slot]);
  const int end = min(vocab, int(blockIdx.x + 1) * per_chunk);
  Chunk own;
  for (int token = blockIdx.x * per_chunk + threadIdx.x; token < end; token += blockDim.x) {
    const float logit = logits[int64_t(blockIdx.y) * vocab + token];
    Chunk one;
    one.most = logit, one.sum = 1.0f;
    own.join(one);
    const float l = row.scaled(logit, row.seen_from(token) & 1u, row.scale());
    if (row.greedy()) own.offer(l, token, logit);
    else if (l >= threshold) own.offer(l - logf(race_time(race_draw(key, token))), token, logit);
  }
  finish(own, reinterpret_cast<Chunk*>(chunks));
}

// 2: SIZE tokens per thread at a time; a logarithm only for who can still win: with time >= v, it takes
// v <= exp(l - best score). SIZE divides 32, vocab and per_chunk.
template <typename T, int SIZE>
__global__ void __launch_bounds__(256)
    sample_chunks_2(const T* logits, const int* slots, const float* settings, const int64_t* seeds,
                    const int* positions, const uint32_t* seen, const float* thresholds,
                    float* chunks, int vocab, int per_chunk) {
  constexpr float kRoom = 1.001f;  // for what rounding does to the bound
  let_the_next_start();
  wait_for_the_previous();
  const int slot = slots[blockIdx.y], lane = threadIdx.x % 32;
  if (slot < 0) return;
  const SampledRow row(settings, seen, slot, vocab);
  const float threshold = thresholds ? thresholds[blockIdx.y] : -INFINITY, scale = row.scale();
  const uint64_t key = race_key(uint64_t(seeds[slot]), positions[slot]);
  const int end = min(vocab, int(blockIdx.x + 1) * per_chunk);
  const T* own_logits = logits + int64_t(blockIdx.y) * vocab;
  Chunk own;
  float bar = -INFINITY;  // the best score of the warp so far
  for (int from = blockIdx.x * per_chunk + (threadIdx.x - lane) * SIZE; from < end;
       from += blockDim.x * SIZE) {
    const int first = from + lane * SIZE;
    if (first < end) {
      const auto pack = *reinterpret_cast<const Pack<T, SIZE>*>(own_logits + first);
      const uint32_t bits = row.seen_from(first);
      float most = own.most, sum = 0.0f;
#pragma unroll
      for (int i = 0; i < SIZE; ++i) most = fmaxf(most, float(pack.values[i]));
#pragma unroll
      for (int i = 0; i < SIZE; ++i) {
        const float logit = pack.values[i], l = row.scaled(logit, bits >> i & 1u, scale);
        sum += __expf(logit - most);
        if (row.greedy()) {
          own.offer(l, first + i, logit);
        } else if (l >= threshold) {
          const uint64_t draw = race_draw(key, first + i);
          if (!(race_floor(draw) > kRoom * __expf(l - bar)))
            own.offer(l - logf(race_time(draw)), first + i, logit);
        }
      }
      own.sum = own.sum * __expf(own.most - most) + sum;
      own.most = most;
    }
    bar = own.score;
    for (int other = 16; other > 0; other /= 2)
      bar = fmaxf(bar, __shfl_xor_sync(0xffffffffu, bar, other));
  }
  finish(own, reinterpret_cast<Chunk*>(chunks));
}

// A warp per row: the winner of its chunks is written down and becomes the slot's newest token.
__global__ void sample_merge(const float* chunks, int per_row, const int* slots, uint32_t* seen,
                             int vocab, int* drawn, float* logprobs, int* tokens, int* positions) {
  let_the_next_start();
  wait_for_the_previous();
  const int lane = threadIdx.x % 32, slot = slots[blockIdx.x];
  if (slot < 0) return;
  const auto* own = reinterpret_cast<const Chunk*>(chunks) + int64_t(blockIdx.x) * per_row;
  Chunk all;
  for (int i = lane; i < per_row; i += 32) all.join(own[i]);
  all.join_warp();
  if (lane > 0) return;
  if (all.token >= vocab) all.token = 0, all.logit = NAN;  // nothing but NaN
  drawn[blockIdx.x] = tokens[slot] = all.token;
  logprobs[blockIdx.x] = all.logit - (all.most + logf(all.sum));
  positions[slot] += 1;
  if (seen)
    seen[int64_t(slot) * ((vocab + 31) / 32) + all.token / 32] |= 1u << all.token % 32;
}

// A block of 1024 threads per row. vocab < 2^18; SIZE divides 32 and vocab.
template <typename T, int SIZE>
__global__ void __launch_bounds__(1024)
    sample_threshold(const T* logits, const int* slots, const float* settings, const int* top_k,
                     const uint32_t* seen, float* thresholds, int vocab) {
  __shared__ Histogram histogram;
  let_the_next_start();
  wait_for_the_previous();
  const int slot = slots[blockIdx.x];
  if (slot < 0) return;
  const SampledRow row(settings, seen, slot, vocab);
  const int most_kept = top_k[slot];
  const bool counts = most_kept > 0 && most_kept < vocab;
  uint32_t least = 0;
  if (!row.greedy() && (counts || row.top_p < 1.0f || row.min_p > 0.0f)) {
    const Tokens<T, SIZE> tokens{logits + int64_t(blockIdx.x) * vocab, vocab, row};
    float most = -INFINITY;
    tokens.each([&](float l) { most = fmaxf(most, l); });
    most = block_max(most);
    if (counts) least = descend<false>(tokens, histogram, most, 0, float(most_kept));
    if (row.top_p < 1.0f) least = descend<true>(tokens, histogram, most, least, row.top_p);
    if (row.min_p > 0.0f) least = max(least, ordered(most + logf(fminf(row.min_p, 1.0f))));
  }
  if (threadIdx.x == 0) thresholds[blockIdx.x] = least > 0 ? unordered(least) : -INFINITY;
}

template <typename T, int SIZE>
void run(torch::Tensor logits, torch::Tensor slots, torch::Tensor settings, torch::Tensor top_k,
         torch::Tensor seeds, torch::Tensor positions, const uint32_t* seen, float* thresholds,
         torch::Tensor chunks, int per_chunk) {
  const int n = logits.size(0), vocab = logits.size(1), parts = (vocab + per_chunk - 1) / per_chunk;
  if (top_k.numel() > 0)
    sample_threshold<T, SIZE><<<n, 1024>>>(
        logits.data_ptr<T>(), slots.data_ptr<int>(), settings.data_ptr<float>(),
        top_k.data_ptr<int>(), seen, thresholds, vocab);
  const float* kept = top_k.numel() > 0 ? thresholds : nullptr;
  if (VERSION == 1)
    sample_chunks_1<T><<<dim3(parts, n), 256>>>(
        logits.data_ptr<T>(), slots.data_ptr<int>(), settings.data_ptr<float>(),
        seeds.data_ptr<int64_t>(), positions.data_ptr<int>(), seen, kept, chunks.data_ptr<float>(),
        vocab, per_chunk);
  else
    sample_chunks_2<T, SIZE><<<dim3(parts, n), 256>>>(
        logits.data_ptr<T>(), slots.data_ptr<int>(), settings.data_ptr<float>(),
        seeds.data_ptr<int64_t>(), positions.data_ptr<int>(), seen, kept, chunks.data_ptr<float>(),
        vocab, per_chunk);
}

// Empty top_k: no filters; empty seen: no penalty.
std::vector<torch::Tensor> forward(torch::Tensor logits, torch::Tensor slots, torch::Tensor settings,
                                   torch::Tensor top_k, torch::Tensor seeds,
                                   torch::Tensor positions_before, torch::Tensor seen_before) {
  const int64_t n = logits.size(0), vocab = logits.size(1);
  const int per_chunk = n < 4 ? 2048 : 8192, parts = (vocab + per_chunk - 1) / per_chunk;
  auto whole = slots.options(), real = settings.options();
  auto positions = positions_before.clone(), seen = seen_before.clone();
  auto tokens = torch::full_like(positions, -1), drawn = torch::empty({n}, whole);
  auto logprobs = torch::empty({n}, real), thresholds = torch::empty({n}, real);
  auto chunks = torch::empty({n, parts, 5}, real);
  uint32_t* bits = seen.numel() > 0 ? (uint32_t*)seen.data_ptr<int>() : nullptr;
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, logits.scalar_type(), "sample", ([&] {
        if (vocab % 8 == 0)
          run<scalar_t, 16 / sizeof(scalar_t)>(logits, slots, settings, top_k, seeds, positions, bits,
                                               thresholds.data_ptr<float>(), chunks, per_chunk);
        else
          run<scalar_t, 1>(logits, slots, settings, top_k, seeds, positions, bits,
                           thresholds.data_ptr<float>(), chunks, per_chunk);
      }));
  sample_merge<<<n, 32>>>(chunks.data_ptr<float>(), parts, slots.data_ptr<int>(), bits, vocab,
                          drawn.data_ptr<int>(), logprobs.data_ptr<float>(), tokens.data_ptr<int>(),
                          positions.data_ptr<int>());
  return {drawn, logprobs, tokens, positions, seen};
}
