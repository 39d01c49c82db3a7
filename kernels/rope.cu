// Queries, keys and values out of their packed projection: rotary embedding (Su et al. 2021) of
// queries and keys, after an RMSNorm of every head where the model has one (Qwen3), and the
// gradient of both.
//   qkv [tokens, heads + 2 kv_heads, dim]; q [tokens, heads, dim]; k and v [tokens, kv_heads, dim].
// The pair of dimension i < dim / 2 is i + dim / 2; it is turned by position * frequency i, which
// is calculated in float, and grows by `scale` (YaRN). Values stay where they are: v is a view.
// dim / 2 is a multiple of what 16 bytes hold; of the threads that a head has then there is a power
// of two where it is normalised. Bound by memory: 2 elements per result.
#include <torch/extension.h>

#include "vectors.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

constexpr int kTokens = 8;    // that a block has the angles of at a time
constexpr int kThreads = 256;  // of a block


// Over `each` neighbouring lanes: a power of two. Every lane of the warp takes part.
__device__ __forceinline__ float head_sum(float value, int each) {
  for (int other = each / 2; other > 0; other /= 2)
    value += __shfl_xor_sync(0xffffffffu, value, other);
  return value;
}

__device__ __forceinline__ float2 turn_of(int64_t position, float frequency, float scale) {
  float sine, cosine;
  sincosf(float(position) * frequency, &sine, &cosine);
  return make_float2(cosine * scale, sine * scale);
}

// [kTokens, half]: cosines and sines of `count` tokens from `first` on.
__device__ __forceinline__ void make_turns(float2* turns, const int64_t* positions,
                                           const float* frequencies, int64_t first, int count,
                                           int half, float scale) {
  for (int i = threadIdx.x; i < count * half; i += blockDim.x)
    turns[i] = turn_of(positions[first + i / half], frequencies[i % half], scale);
}

// 1: a thread for every head, element by element.
template <typename T, bool kNormed>
__global__ void rotate_1(const T* qkv, const int64_t* positions, const float* frequencies,
                         const T* q_norm, const T* k_norm, T* q, T* k, int64_t tokens, int heads,
                         int kv_heads, int dim, float scale, float epsilon) {
  const int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i >= tokens * (heads + kv_heads)) return;
  const int64_t token = i / (heads + kv_heads);
  const int head = i % (heads + kv_heads), half = dim / 2;
  const bool query = head < heads;
  const T* from = qkv + (token * (heads + 2 * kv_heads) + head) * dim;
  T* to = query ? q + (token * heads + head) * dim : k + (token * kv_heads + head - heads) * dim;
  const T* weight = query ? q_norm : k_norm;
  float squares = 0.0f;
  if (kNormed)
    for (int at = 0; at < dim; ++at) squares += float(from[at]) * float(from[at]);
  const float norm = kNormed ? rsqrtf(squares / dim + epsilon) : 1.0f;
  for (int at = 0; at < half; ++at) {
    float x = float(from[at]) * norm, y = float(from[at + half]) * norm;
    if (kNormed) x *= float(weight[at]), y *= float(weight[at + half]);
    const float2 turn = turn_of(positions[token], frequencies[at], scale);
    to[at] = T(x * turn.x - y * turn.y);
    to[at + half] = T(y * turn.x + x * turn.y);
  }
}

// 2: a thread for 16 bytes of either half of a head; the angles of kTokens tokens are calculated
// once, into shared memory: [kTokens, dim / 2] pairs of floats.
template <typename T, bool kNormed>
__global__ void __launch_bounds__(kThreads)
    rotate_2(const T* qkv, const int64_t* positions, const float* frequencies, const T* q_norm,
             const T* k_norm, T* q, T* k, int64_t tokens, int heads, int kv_heads, int dim,
             float scale, float epsilon) {
  constexpr int kSize = Vector<T>::kSize;
  extern __shared__ float2 turns[];
  const int64_t first = blockIdx.x * int64_t(kTokens);
  const int count = tokens - first < kTokens ? tokens - first : kTokens;
  const int half = dim / 2, each = half / kSize, per_token = (heads + kv_heads) * each;
  make_turns(turns, positions, frequencies, first, count, half, scale);
  __syncthreads();
  const int all = count * per_token;
  for (int begin = 0; begin < all; begin += blockDim.x) {
    const bool live = begin + threadIdx.x < all;  // the others help their warp to sum up
    const int i = live ? begin + threadIdx.x : all - 1;
    const int token = i / per_token, rest = i - token * per_token, head = rest / each;
    const int at = (rest - head * each) * kSize;
    const bool query = head < heads;
    const T* from = qkv + ((first + token) * (heads + 2 * kv_heads) + head) * dim + at;
    Vector<T> low = load(from), high = load(from + half);
    float x[kSize], y[kSize], squares = 0.0f;
#pragma unroll
    for (int j = 0; j < kSize; ++j) {
      x[j] = low.values[j], y[j] = high.values[j];
      squares += x[j] * x[j] + y[j] * y[j];
    }
    if (kNormed) {
      const float norm = rsqrtf(head_sum(squares, each) / dim + epsilon);
      const T* weight = (query ? q_norm : k_norm) + at;
      const Vector<T> lows = load(weight), highs = load(weight + half);
#pragma unroll
      for (int j = 0; j < kSize; ++j) {
        x[j] *= norm * float(lows.values[j]);
        y[j] *= norm * float(highs.values[j]);
      }
    }
#pragma unroll
    for (int j = 0; j < kSize; ++j) {
      const float2 turn = turns[token * half + at + j];
      low.values[j] = T(x[j] * turn.x - y[j] * turn.y);
      high.values[j] = T(y[j] * turn.x + x[j] * turn.y);
    }
    T* to = query ? q + ((first + token) * heads + head) * dim + at
                  : k + ((first + token) * kv_heads + head - heads) * dim + at;
    if (live) store(to, low), store(to + half, high);
  }
}

// Turned back; with g = that * weight and n = x r: d x = r (g - n mean(g n)). d weight, what
// that * n adds up to over tokens and heads, by blocks: partials [gridDim.x, 2 (q, k), dim]. Values
// are copied.
// 1: a block for every token, its heads one after the other, a thread for every pair.
template <typename T, bool kNormed>
__global__ void rotate_backward_1(const T* q_gradient, const T* k_gradient, const T* v_gradient,
                                  const T* qkv, const int64_t* positions, const float* frequencies,
                                  const T* q_norm, const T* k_norm, T* gradient, float* partials,
                                  int64_t tokens, int heads, int kv_heads, int dim, float scale,
                                  float epsilon) {
  const int64_t token = blockIdx.x;
  const int half = dim / 2, low = threadIdx.x, high = low + half;
  const float2 turn = turn_of(positions[token], frequencies[low], scale);
  float shares[2][2] = {};       // of q and k, of either dimension
  __shared__ float2 parts[128];  // what pairs add to a head's sums
  for (int head = 0; head < heads + 2 * kv_heads; ++head) {
    const int64_t place = (token * (heads + 2 * kv_heads) + head) * dim;
    if (head >= heads + kv_heads) {
      const T* from = v_gradient + (token * kv_heads + head - heads - kv_heads) * dim;
      gradient[place + low] = from[low], gradient[place + high] = from[high];
      continue;
    }
    const T* from = head < heads ? q_gradient + (token * heads + head) * dim
                                 : k_gradient + (token * kv_heads + head - heads) * dim;
    float x = float(from[low]) * turn.x + float(from[high]) * turn.y;
    float y = float(from[high]) * turn.x - float(from[low]) * turn.y;
    if (kNormed) {
      const T* weight = head < heads ? q_norm : k_norm;
      const float u = qkv[place + low], v = qkv[place + high];
      const float p = float(weight[low]), r = float(weight[high]);
      __syncthreads();  // the previous head's have been read
      parts[low] = make_float2(u * u + v * v, x * p * u + y * r * v);
      __syncthreads();
      float squares = 0.0f, product = 0.0f;
      for (int at = 0; at < half; ++at) squares += parts[at].x, product += parts[at].y;
      const float norm = rsqrtf(squares / dim + epsilon), mean = norm * product / dim;
      const float a = u * norm, b = v * norm;
      shares[head >= heads][0] += x * a, shares[head >= heads][1] += y * b;
      x = norm * (x * p - a * mean);
      y = norm * (y * r - b * mean);
    }
    gradient[place + low] = T(x), gradient[place + high] = T(y);
  }
  for (int part = 0; kNormed && part < 2; ++part) {
    partials[(token * 2 + part) * dim + low] = shares[part][0];
    partials[(token * 2 + part) * dim + high] = shares[part][1];
  }
}

// 2: threads as in rotate_2, also over the values' heads. Shared: as there, and at least
// [kThreads / 32, 2, dim] floats where heads are normalised.
template <typename T, bool kNormed>
__global__ void __launch_bounds__(kThreads)
    rotate_backward_2(const T* q_gradient, const T* k_gradient, const T* v_gradient, const T* qkv,
                      const int64_t* positions, const float* frequencies, const T* q_norm,
                      const T* k_norm, T* gradient, float* partials, int64_t tokens, int heads,
                      int kv_heads, int dim, float scale, float epsilon) {
  constexpr int kSize = Vector<T>::kSize;
  extern __shared__ float2 turns[];
  const int half = dim / 2, each = half / kSize, all_heads = heads + 2 * kv_heads;
  const int per_token = all_heads * each;
  float weight_gradient[2][2][kSize] = {};  // of q and k, of the low and the high half
  for (int64_t first = blockIdx.x * int64_t(kTokens); first < tokens;
       first += gridDim.x * int64_t(kTokens)) {
    const int count = tokens - first < kTokens ? tokens - first : kTokens;
    __syncthreads();  // the previous angles have been used
    make_turns(turns, positions, frequencies, first, count, half, scale);
    __syncthreads();
    const int all = count * per_token;
    for (int begin = 0; begin < all; begin += blockDim.x) {
      const bool live = begin + threadIdx.x < all;
      const int i = live ? begin + threadIdx.x : all - 1;
      const int token = i / per_token, rest = i - token * per_token, head = rest / each;
      const int at = (rest - head * each) * kSize;
      const bool query = head < heads, value = head >= heads + kv_heads;
      const T* from = query   ? q_gradient + ((first + token) * heads + head) * dim
                      : value ? v_gradient + ((first + token) * kv_heads + head - heads - kv_heads) * dim
                              : k_gradient + ((first + token) * kv_heads + head - heads) * dim;
      const int64_t place = ((first + token) * all_heads + head) * dim + at;
      Vector<T> low = load(from + at), high = load(from + at + half);
      float x[kSize], y[kSize];
#pragma unroll
      for (int j = 0; j < kSize; ++j) {
        const float2 turn = turns[token * half + at + j];
        const float a = low.values[j], b = high.values[j];
        x[j] = a * turn.x + b * turn.y;
        y[j] = b * turn.x - a * turn.y;
      }
      if (kNormed) {
        const Vector<T> lows = load(qkv + place), highs = load(qkv + place + half);
        const T* weight = (query ? q_norm : k_norm) + at;
        const Vector<T> low_weights = load(weight), high_weights = load(weight + half);
        float squares = 0.0f, product = 0.0f;
#pragma unroll
        for (int j = 0; j < kSize; ++j) {
          const float a = lows.values[j], b = highs.values[j];
          squares += a * a + b * b;
          product += x[j] * float(low_weights.values[j]) * a +
                     y[j] * float(high_weights.values[j]) * b;
        }
        const float norm = rsqrtf(head_sum(squares, each) / dim + epsilon);
        const float mean = norm * head_sum(product, each) / dim;
        const float of_q = live && query ? norm : 0.0f;
        const float of_k = live && !query && !value ? norm : 0.0f;
#pragma unroll
        for (int j = 0; j < kSize; ++j) {
          const float a = lows.values[j], b = highs.values[j];
          weight_gradient[0][0][j] += of_q * x[j] * a, weight_gradient[0][1][j] += of_q * y[j] * b;
          weight_gradient[1][0][j] += of_k * x[j] * a, weight_gradient[1][1][j] += of_k * y[j] * b;
          x[j] = norm * (x[j] * float(low_weights.values[j]) - a * norm * mean);
          y[j] = norm * (y[j] * float(high_weights.values[j]) - b * norm * mean);
        }
      }
      if (!value) {
#pragma unroll
        for (int j = 0; j < kSize; ++j) low.values[j] = T(x[j]), high.values[j] = T(y[j]);
      }
      if (live) store(gradient + place, low), store(gradient + place + half, high);
    }
  }
  if (!kNormed) return;
  float* const shares = reinterpret_cast<float*>(turns);  // [kThreads / 32, 2, dim]
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  __syncthreads();
#pragma unroll
  for (int part = 0; part < 4; ++part)
#pragma unroll
    for (int j = 0; j < kSize; ++j) {
      float share = weight_gradient[part / 2][part % 2][j];
      for (int other = each; other < 32; other *= 2)
        share += __shfl_xor_sync(0xffffffffu, share, other);
      if (lane < each)
        shares[(warp * 2 + part / 2) * dim + part % 2 * half + lane * kSize + j] = share;
    }
  __syncthreads();
  for (int at = threadIdx.x; at < 2 * dim; at += blockDim.x) {
    float whole = 0.0f;
    for (int other = 0; other < kThreads / 32; ++other) whole += shares[other * 2 * dim + at];
    partials[int64_t(blockIdx.x) * 2 * dim + at] = whole;
  }
}

std::vector<torch::Tensor> forward(torch::Tensor qkv, torch::Tensor positions,
                                   torch::Tensor frequencies, torch::Tensor q_norm,
                                   torch::Tensor k_norm, torch::Tensor q_gradient,
                                   torch::Tensor k_gradient, torch::Tensor v_gradient) {
  const int64_t tokens = qkv.size(0);
  const int heads = q_gradient.size(1), kv = k_gradient.size(1), dim = q_gradient.size(2);
  const float scale = 1.1, epsilon = 1e-6;
  const int64_t blocks = (tokens + kTokens - 1) / kTokens;
  const int64_t few = VERSION == 1 ? tokens : std::min<int64_t>(blocks, 264);
  const int shared = kTokens * dim * 4, more = std::max<int>(shared, kThreads / 32 * 2 * dim * 4);
  auto q = torch::empty_like(q_gradient), k = torch::empty_like(k_gradient);
  auto normed_q = torch::empty_like(q), normed_k = torch::empty_like(k);
  auto gradient = torch::empty_like(qkv), normed_gradient = torch::empty_like(qkv);
  auto partials = torch::empty({few, 2, dim}, frequencies.options());
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, qkv.scalar_type(), "rotate", ([&] {
        const auto *in = qkv.data_ptr<scalar_t>(), *dq = q_gradient.data_ptr<scalar_t>(),
                   *dk = k_gradient.data_ptr<scalar_t>(), *dv = v_gradient.data_ptr<scalar_t>(),
                   *wq = q_norm.data_ptr<scalar_t>(), *wk = k_norm.data_ptr<scalar_t>();
        const auto* at = positions.data_ptr<int64_t>();
        const auto* turns = frequencies.data_ptr<float>();
        if (VERSION == 1) {
          const int64_t grid = (tokens * (heads + kv) + 63) / 64;
          rotate_1<scalar_t, false><<<grid, 64>>>(in, at, turns, wq, wk, q.data_ptr<scalar_t>(),
                                                  k.data_ptr<scalar_t>(), tokens, heads, kv, dim,
                                                  scale, epsilon);
          rotate_1<scalar_t, true><<<grid, 64>>>(
              in, at, turns, wq, wk, normed_q.data_ptr<scalar_t>(), normed_k.data_ptr<scalar_t>(),
              tokens, heads, kv, dim, scale, epsilon);
          rotate_backward_1<scalar_t, false><<<tokens, dim / 2>>>(
              dq, dk, dv, in, at, turns, wq, wk, gradient.data_ptr<scalar_t>(),
              partials.data_ptr<float>(), tokens, heads, kv, dim, scale, epsilon);
          rotate_backward_1<scalar_t, true><<<tokens, dim / 2>>>(
              dq, dk, dv, in, at, turns, wq, wk, normed_gradient.data_ptr<scalar_t>(),
              partials.data_ptr<float>(), tokens, heads, kv, dim, scale, epsilon);
        } else {
          rotate_2<scalar_t, false><<<blocks, kThreads, shared>>>(
              in, at, turns, wq, wk, q.data_ptr<scalar_t>(), k.data_ptr<scalar_t>(), tokens, heads,
              kv, dim, scale, epsilon);
          rotate_2<scalar_t, true><<<blocks, kThreads, shared>>>(
              in, at, turns, wq, wk, normed_q.data_ptr<scalar_t>(), normed_k.data_ptr<scalar_t>(),
              tokens, heads, kv, dim, scale, epsilon);
          rotate_backward_2<scalar_t, false><<<blocks, kThreads, shared>>>(
              dq, dk, dv, in, at, turns, wq, wk, gradient.data_ptr<scalar_t>(),
              partials.data_ptr<float>(), tokens, heads, kv, dim, scale, epsilon);
          rotate_backward_2<scalar_t, true><<<few, kThreads, more>>>(
              dq, dk, dv, in, at, turns, wq, wk, normed_gradient.data_ptr<scalar_t>(),
              partials.data_ptr<float>(), tokens, heads, kv, dim, scale, epsilon);
        }
      }));
  return {q, k, gradient, normed_q, normed_k, normed_gradient, partials.sum(0)};
}
