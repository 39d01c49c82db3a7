#include "types.h"

#include <array>

namespace cudal1::sim {
namespace {

struct TypeInfo {
  std::string_view name;
  Type type;
  uint32_t bits;
};

constexpr std::array kTypes = {
    TypeInfo{"b8", Type::kB8, 8},          TypeInfo{"b16", Type::kB16, 16},
    TypeInfo{"b32", Type::kB32, 32},       TypeInfo{"b64", Type::kB64, 64},
    TypeInfo{"b128", Type::kB128, 128},    TypeInfo{"u8", Type::kU8, 8},
    TypeInfo{"u16", Type::kU16, 16},       TypeInfo{"u32", Type::kU32, 32},
    TypeInfo{"u64", Type::kU64, 64},       TypeInfo{"s8", Type::kS8, 8},
    TypeInfo{"s16", Type::kS16, 16},       TypeInfo{"s32", Type::kS32, 32},
    TypeInfo{"s64", Type::kS64, 64},       TypeInfo{"f16", Type::kF16, 16},
    TypeInfo{"f16x2", Type::kF16x2, 32},   TypeInfo{"bf16", Type::kBf16, 16},
    TypeInfo{"bf16x2", Type::kBf16x2, 32}, TypeInfo{"tf32", Type::kTf32, 32},
    TypeInfo{"f32", Type::kF32, 32},       TypeInfo{"f64", Type::kF64, 64},
    TypeInfo{"e4m3x2", Type::kE4m3x2, 16}, TypeInfo{"e5m2x2", Type::kE5m2x2, 16},
    TypeInfo{"pred", Type::kPred, 1},
};

}  // namespace

std::optional<Type> type_named(std::string_view name) {
  for (const TypeInfo& info : kTypes)
    if (info.name == name) return info.type;
  return std::nullopt;
}

uint32_t bits_of(Type type) {
  for (const TypeInfo& info : kTypes)
    if (info.type == type) return info.bits;
  return 0;
}

bool is_signed(Type type) {
  return type == Type::kS8 || type == Type::kS16 || type == Type::kS32 || type == Type::kS64;
}

bool is_float(Type type) {
  switch (type) {
    case Type::kF16:
    case Type::kF16x2:
    case Type::kBf16:
    case Type::kBf16x2:
    case Type::kTf32:
    case Type::kF32:
    case Type::kF64:
      return true;
    default:
      return false;
  }
}

}  // namespace cudal1::sim
