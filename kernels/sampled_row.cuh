// A row of logits as its slot's settings want it.
#pragma once

constexpr float kLowest = -1e30f;  // whose exponential is 0, and which can be subtracted from itself

template <typename T, int SIZE>
struct alignas(SIZE * sizeof(T)) Pack {
  T values[SIZE];
};

struct SampledRow {
  float temperature, top_p, min_p, penalty;
  const uint32_t* seen;  // a bit per token: whom the penalty meets; or null

  // settings [slots, 4]: temperature, top_p, min_p, penalty; seen [slots, ceil(vocab / 32)] or null.
  __device__ __forceinline__ SampledRow(const float* settings, const uint32_t* seen, int slot,
                                        int vocab) {
    const float4 own = reinterpret_cast<const float4*>(settings)[slot];
    temperature = own.x, top_p = own.y, min_p = own.z, penalty = own.w;
    this->seen = seen && penalty != 1.0f ? seen + int64_t(slot) * ((vocab + 31) / 32) : nullptr;
  }
  __device__ __forceinline__ bool greedy() const { return temperature <= 0.0f; }
  // What the tokens from `token` on to the end of its word of 32 are: seen from bit 0 on.
  __device__ __forceinline__ uint32_t seen_from(int token) const {
    return seen ? seen[token / 32] >> token % 32 : 0u;
  }
  __device__ __forceinline__ float scale() const { return greedy() ? 1.0f : 1.0f / temperature; }
  __device__ __forceinline__ float scaled(float logit, bool seen, float scale) const {
    if (seen) logit = logit > 0.0f ? logit / penalty : logit * penalty;
    return logit * scale;
  }
};
