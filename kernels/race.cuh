// The random numbers of sampling, a function of seed, position and token alone. The tokens race: the
// first to arrive, at -log(1 - v) / exp(l), wins with the chance that the softmax of l gives it.
#pragma once

// The finaliser of splitmix64 (Steele, Lea, Flood 2014).
__device__ __forceinline__ uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
__device__ __forceinline__ uint64_t race_key(uint64_t seed, int position) {
  return mix(seed + 0x9e3779b97f4a7c15 * (uint64_t(position) + 1));
}
// Of a token, uniform in 64 bits: v = 2^-64 of it.
__device__ __forceinline__ uint64_t race_draw(uint64_t key, int token) {
  return mix(key + 0x9e3779b97f4a7c15 * (uint64_t(token) + 1));
}
__device__ __forceinline__ float race_time(uint64_t draw) {
  return -log1pf(-(__ull2float_rn(draw) * 0x1p-64f));
}
// A float that v is not below, which costs next to nothing.
__device__ __forceinline__ float race_floor(uint64_t draw) {
  return __uint_as_float(uint32_t(draw >> 41) | 0x3f800000u) - 1.0f;
}
