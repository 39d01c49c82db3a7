// Loops over the 32 lanes of a warp, written so that the compiler turns them into vector
// instructions.
#pragma once

#include <algorithm>
#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "warp.h"

namespace cudal1::sim {

inline bool has_lane(uint32_t mask, int lane) { return (mask >> lane) & 1; }

// d[lane] = f(lane) for the lanes of `mask`. f must be free of side effects: it runs for all lanes.
template <typename D, typename F>
inline __attribute__((always_inline)) void each_lane(D* d, uint32_t mask, F f) {
  if (mask == kAllLanes) {
#pragma GCC ivdep
    for (int lane = 0; lane < kLanes; ++lane) d[lane] = f(lane);
    return;
  }
  alignas(64) D result[kLanes];
#pragma GCC ivdep
  for (int lane = 0; lane < kLanes; ++lane) result[lane] = f(lane);
  // g++ 12 cannot emit the masked 16-bit min and max that it would make of both loops (internal
  // compiler error).
  if constexpr (sizeof(D) == 2) asm volatile("" : : "r"(result) : "memory");
#pragma GCC ivdep
  for (int lane = 0; lane < kLanes; ++lane) d[lane] = ((mask >> lane) & 1) ? result[lane] : d[lane];
}

// The high bits of 32 bytes.
inline uint32_t high_bits(const uint8_t* bytes) {
#if defined(__AVX2__)
  return uint32_t(_mm256_movemask_epi8(_mm256_load_si256(reinterpret_cast<const __m256i*>(bytes))));
#elif defined(__SSE2__)
  const auto* halves = reinterpret_cast<const __m128i*>(bytes);
  return uint32_t(_mm_movemask_epi8(_mm_load_si128(halves))) |
         uint32_t(_mm_movemask_epi8(_mm_load_si128(halves + 1))) << 16;
#else
  uint32_t mask = 0;
  for (int lane = 0; lane < kLanes; ++lane) mask |= uint32_t(bytes[lane] >> 7) << lane;
  return mask;
#endif
}

// The lanes for which f holds.
template <typename F>
inline __attribute__((always_inline)) uint32_t lanes_where(F f) {
  alignas(64) uint8_t bytes[kLanes];
#pragma GCC ivdep
  for (int lane = 0; lane < kLanes; ++lane) bytes[lane] = f(lane) ? 0xff : 0;
  return high_bits(bytes);
}

inline void set_lanes(uint32_t& predicate, uint32_t mask, uint32_t value) {
  predicate = (predicate & ~mask) | (value & mask);
}

// One value in all lanes of a special register of 32 bits.
inline void fill_special(Warp& warp, Special unit, uint32_t value) {
  std::fill_n(warp.lanes<uint32_t>(make_slot(kSpecial, unit)), kLanes, value);
}

// Logic of predicates, 32 lanes in one word.
template <typename F>
void map_predicates(Warp& warp, const Inst& in, uint32_t mask) {
  set_lanes(warp.predicate(in.d), mask, F::f(warp.predicate(in.a), warp.predicate(in.b)));
}

// Handlers made from a stateless functor: d = F(a), F(a, b), F(a, b, c).
template <typename F, typename D, typename A>
void map1(Warp& warp, const Inst& in, uint32_t mask) {
  const A* a = warp.lanes<A>(in.a);
  each_lane(warp.lanes<D>(in.d), mask, [&](int l) { return D(F::f(a[l])); });
}

template <typename F, typename D, typename A, typename B>
void map2(Warp& warp, const Inst& in, uint32_t mask) {
  const A* a = warp.lanes<A>(in.a);
  const B* b = warp.lanes<B>(in.b);
  each_lane(warp.lanes<D>(in.d), mask, [&](int l) { return D(F::f(a[l], b[l])); });
}

template <typename F, typename D, typename A, typename B, typename C>
void map3(Warp& warp, const Inst& in, uint32_t mask) {
  const A* a = warp.lanes<A>(in.a);
  const B* b = warp.lanes<B>(in.b);
  const C* c = warp.lanes<C>(in.c);
  each_lane(warp.lanes<D>(in.d), mask, [&](int l) { return D(F::f(a[l], b[l], c[l])); });
}

}  // namespace cudal1::sim
