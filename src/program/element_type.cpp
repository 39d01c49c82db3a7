#include "program/element_type.h"

#include <map>

#include "program/names.h"

namespace cudal1::program {
namespace {

const std::map<std::string, ElementType, std::less<>>& scalars() {
  static const ElementType kFloat{"torch::kFloat32", "float"}, kDouble{"torch::kFloat64", "double"},
      kHalf{"torch::kFloat16", "at::Half"}, kBFloat16{"torch::kBFloat16", "at::BFloat16"},
      kBool{"torch::kBool", "bool", 1, false, true}, kInt8{"torch::kInt8", "int8_t", 1, false},
      kUInt8{"torch::kUInt8", "uint8_t", 1, false}, kInt16{"torch::kInt16", "int16_t", 1, false},
      kInt32{"torch::kInt32", "int", 1, false}, kInt64{"torch::kInt64", "int64_t", 1, false};
  // Unsigned types of 16 bits and more live in signed tensors: the bits are the same.
  static const std::map<std::string, ElementType, std::less<>> kScalars = {
      {"float", kFloat},
      {"double", kDouble},
      {"half", kHalf},
      {"__half", kHalf},
      {"Half", kHalf},
      {"nv_bfloat16", kBFloat16},
      {"__nv_bfloat16", kBFloat16},
      {"BFloat16", kBFloat16},
      {"bool", kBool},
      {"char", kInt8},
      {"signed char", kInt8},
      {"int8_t", kInt8},
      {"unsigned char", kUInt8},
      {"uint8_t", kUInt8},
      {"uchar", kUInt8},
      {"short", kInt16},
      {"int16_t", kInt16},
      {"unsigned short", kInt16},
      {"uint16_t", kInt16},
      {"ushort", kInt16},
      {"int", kInt32},
      {"int32_t", kInt32},
      {"unsigned int", kInt32},
      {"uint32_t", kInt32},
      {"uint", kInt32},
      {"long", kInt64},
      {"long long", kInt64},
      {"int64_t", kInt64},
      {"unsigned long", kInt64},
      {"unsigned long long", kInt64},
      {"uint64_t", kInt64},
      {"size_t", kInt64},
      {"longlong", kInt64},
      {"ulonglong", kInt64},
      {"ulong", kInt64}};
  return kScalars;
}

}  // namespace

std::optional<ElementType> element_type(const std::string& name) {
  const std::string last(last_component(name));
  if (const auto found = scalars().find(last); found != scalars().end()) return found->second;
  if (last == "half2" || last == "__half2") return ElementType{"torch::kFloat16", "at::Half", 2};
  if (last == "nv_bfloat162" || last == "__nv_bfloat162")
    return ElementType{"torch::kBFloat16", "at::BFloat16", 2};
  if (last.size() < 2 || last.back() < '1' || last.back() > '4') return std::nullopt;
  const auto found = scalars().find(last.substr(0, last.size() - 1));
  if (found == scalars().end() || found->second.is_bool) return std::nullopt;
  ElementType type = found->second;
  type.lanes = last.back() - '0';
  return type;
}

}  // namespace cudal1::program
