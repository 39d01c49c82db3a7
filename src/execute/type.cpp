#include "cudal1/execute/type.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace cudal1::execute {
namespace {

struct NumInfo {
  const char* name;
  uint32_t bytes;
  bool floating, unsigned_;
};
constexpr std::array<NumInfo, 13> kNums = {{{"bool", 1, false, true},
                                            {"signed char", 1, false, false},
                                            {"unsigned char", 1, false, true},
                                            {"short", 2, false, false},
                                            {"unsigned short", 2, false, true},
                                            {"int", 4, false, false},
                                            {"unsigned int", 4, false, true},
                                            {"long", 8, false, false},
                                            {"unsigned long", 8, false, true},
                                            {"c10::Half", 2, true, false},
                                            {"c10::BFloat16", 2, true, false},
                                            {"float", 4, true, false},
                                            {"double", 8, true, false}}};

const NumInfo& info(Num kind) { return kNums[static_cast<size_t>(kind)]; }

std::string joined(const std::vector<Type>& args) {
  std::string text;
  for (const Type& arg : args) text += (text.empty() ? "" : ", ") + to_string(arg);
  return text;
}

}  // namespace

bool is_floating(Num kind) { return info(kind).floating; }
bool is_unsigned(Num kind) { return info(kind).unsigned_; }
uint32_t size_of(Num kind) { return info(kind).bytes; }
const char* cuda_name(Num kind) { return info(kind).name; }

Num usual_arithmetic(Num a, Num b) {
  if (is_floating(a) || is_floating(b)) {
    if (!is_floating(a)) return b;
    if (!is_floating(b)) return a;
    if (a != b && size_of(a) == 2 && size_of(b) == 2) return Num::kF32;
    return std::max(a, b);
  }
  return std::max({a, b, Num::kI32});
}

bool Type::operator==(const Type& other) const {
  return kind == other.kind && (kind != Kind::kNumber || num == other.num) &&
         (kind != Kind::kOpaque || name == other.name) && args == other.args;
}

Type number_type(Num kind) {
  Type type;
  type.kind = Type::Kind::kNumber;
  type.num = kind;
  return type;
}

std::string to_string(const Type& type) {
  switch (type.kind) {
    case Type::Kind::kNumber:
      return cuda_name(type.num);
    case Type::Kind::kVoid:
      return "void";
    case Type::Kind::kPointer:
      return (type.args[0].is_const ? "const " : "") + to_string(type.args[0]) + "*";
    default:
      if (!type.name.empty()) return type.name;
      return type.args.empty() ? "auto" : "<" + joined(type.args) + ">";
  }
}

std::optional<uint32_t> device_size(const Type& type) {
  static const std::unordered_map<std::string, uint32_t> kVectorTypes = {
      {"char2", 2},    {"uchar2", 2},     {"char4", 4},          {"uchar4", 4},
      {"short2", 4},   {"ushort2", 4},    {"half2", 4},          {"__half2", 4},
      {"int2", 8},     {"uint2", 8},      {"float2", 8},         {"float3", 12},
      {"int3", 12},    {"int4", 16},      {"uint4", 16},         {"float4", 16},
      {"double2", 16}, {"longlong2", 16}, {"__nv_bfloat162", 4}, {"nv_bfloat162", 4},
      {"double4", 32}};
  if (type.kind == Type::Kind::kNumber) return size_of(type.num);
  if (type.kind == Type::Kind::kPointer) return 8;
  if (type.kind == Type::Kind::kVoid)
    return 1;  // arithmetic on void*: an extension that CUDA code uses
  const auto found = kVectorTypes.find(type.name);
  if (found == kVectorTypes.end()) return std::nullopt;
  return found->second;
}

std::optional<Num> number_named(const std::string& name) {
  static const std::unordered_map<std::string, Num> kNames = {{"bool", Num::kBool},
                                                              {"char", Num::kI8},
                                                              {"signed char", Num::kI8},
                                                              {"int8_t", Num::kI8},
                                                              {"unsigned char", Num::kU8},
                                                              {"uint8_t", Num::kU8},
                                                              {"short", Num::kI16},
                                                              {"int16_t", Num::kI16},
                                                              {"unsigned short", Num::kU16},
                                                              {"uint16_t", Num::kU16},
                                                              {"int", Num::kI32},
                                                              {"signed int", Num::kI32},
                                                              {"int32_t", Num::kI32},
                                                              {"signed", Num::kI32},
                                                              {"unsigned int", Num::kU32},
                                                              {"unsigned", Num::kU32},
                                                              {"uint", Num::kU32},
                                                              {"uint32_t", Num::kU32},
                                                              {"long", Num::kI64},
                                                              {"long int", Num::kI64},
                                                              {"long long", Num::kI64},
                                                              {"long long int", Num::kI64},
                                                              {"int64_t", Num::kI64},
                                                              {"ssize_t", Num::kI64},
                                                              {"ptrdiff_t", Num::kI64},
                                                              {"intptr_t", Num::kI64},
                                                              {"unsigned long", Num::kU64},
                                                              {"unsigned long long", Num::kU64},
                                                              {"uint64_t", Num::kU64},
                                                              {"size_t", Num::kU64},
                                                              {"uintptr_t", Num::kU64},
                                                              {"Half", Num::kF16},
                                                              {"__half", Num::kF16},
                                                              {"half", Num::kF16},
                                                              {"BFloat16", Num::kBF16},
                                                              {"__nv_bfloat16", Num::kBF16},
                                                              {"nv_bfloat16", Num::kBF16},
                                                              {"float", Num::kF32},
                                                              {"float32_t", Num::kF32},
                                                              {"double", Num::kF64},
                                                              {"long double", Num::kF64},
                                                              {"cudaError_t", Num::kI32},
                                                              {"cudaError", Num::kI32},
                                                              {"DeviceIndex", Num::kI8}};
  std::string bare = name;
  for (const char* prefix : {"std::", "at::", "c10::", "torch::"})
    if (bare.starts_with(prefix)) bare = bare.substr(std::string(prefix).size());
  const auto found = kNames.find(bare);
  if (found == kNames.end()) return std::nullopt;
  return found->second;
}

}  // namespace cudal1::execute
