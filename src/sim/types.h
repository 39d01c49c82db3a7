// The scalar types of PTX.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cudal1::sim {

enum class Type : uint8_t {
  kNone,
  kB8,
  kB16,
  kB32,
  kB64,
  kB128,
  kU8,
  kU16,
  kU32,
  kU64,
  kS8,
  kS16,
  kS32,
  kS64,
  kF16,
  kF16x2,
  kBf16,
  kBf16x2,
  kTf32,
  kF32,
  kF64,
  kE4m3x2,
  kE5m2x2,
  kPred,
};

// "f32" for ".f32"; nothing for a word that names no type.
std::optional<Type> type_named(std::string_view name);

// Bits of one value; 1 for a predicate.
uint32_t bits_of(Type type);
inline uint32_t bytes_of(Type type) { return (bits_of(type) + 7) / 8; }
bool is_signed(Type type);
bool is_float(Type type);

}  // namespace cudal1::sim
