// What mma.sync and wmma share: element formats and the product itself.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "decode.h"
#include "half.h"

namespace cudal1::sim {

struct MatrixShape {
  int m = 0, n = 0, k = 0;
};

// "m16n8k16" among the modifiers.
MatrixShape shape_of(Decoder& d);

// The element at `index` of a register's bits, as the float that the tensor core multiplies.
inline float element(uint32_t bits, int index, Type type) {
  switch (type) {
    case Type::kF16:
      return half_to_float(uint16_t(bits >> (16 * index)));
    case Type::kBf16:
      return brain_to_float(uint16_t(bits >> (16 * index)));
    // tf32 ignores the low 13 bits.
    case Type::kTf32:
      return std::bit_cast<float>(bits & ~0x1fffu);
    default:
      return 0;
  }
}
inline int32_t integer_element(uint32_t bits, int index, Type type) {
  const auto byte = uint8_t(bits >> (8 * index));
  return type == Type::kS8 ? int32_t(int8_t(byte)) : int32_t(byte);
}

// Elements per 32-bit register.
inline int per_register(Type type) {
  const uint32_t bits = bits_of(type);
  return bits == 0 ? 0 : int(32 / bits);
}

// d[m][n] = Σ a[m][k] b[k][n] + c[m][n] in k order, rounding every sum to T. Rows of `a` lie k
// apart, of `b` n apart.
template <typename T>
void multiply(const MatrixShape& s, const T* a, const T* b, T* c) {
  for (int i = 0; i < s.m; ++i)
    for (int k = 0; k < s.k; ++k)
      for (int j = 0; j < s.n; ++j) c[i * s.n + j] += a[i * s.k + k] * b[k * s.n + j];
}

Handler decode_wmma(Decoder& d);

}  // namespace cudal1::sim
