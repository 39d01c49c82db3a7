#include "vector_type.h"

#include <algorithm>
#include <unordered_map>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {

uint32_t VectorType::alignment() const {
  const uint32_t bytes = size_of(component);
  return count == 3 ? bytes : std::min(16u, bytes * uint32_t(count));
}

std::optional<VectorType> vector_type_named(const std::string& name) {
  static const std::unordered_map<std::string, Num> kComponents = {
      {"char", Num::kI8},   {"uchar", Num::kU8},  {"short", Num::kI16},    {"ushort", Num::kU16},
      {"int", Num::kI32},   {"uint", Num::kU32},  {"longlong", Num::kI64}, {"ulonglong", Num::kU64},
      {"float", Num::kF32}, {"double", Num::kF64}};
  if (name.empty() || name.back() < '1' || name.back() > '4') return std::nullopt;
  const auto found = kComponents.find(name.substr(0, name.size() - 1));
  if (found == kComponents.end()) return std::nullopt;
  return VectorType{found->second, name.back() - '0'};
}

std::optional<size_t> component_index(const std::string& field) {
  const size_t at = field.size() == 1 ? std::string("xyzw").find(field) : std::string::npos;
  return at == std::string::npos ? std::nullopt : std::optional(at);
}

namespace {

// make_float4(x, y, z, w)
template <Num kComponent, int kCount>
Value make(const Call& call, Values& arguments) {
  expect(call, arguments, kCount, kCount, "this function");
  for (Value& component : arguments) component = convert(number(call, component), kComponent);
  Vector made = make_vector(std::move(arguments));
  made.element = std::make_shared<const Type>(number_type(kComponent));
  return made;
}

}  // namespace

BuiltinTable vector_type_functions() {
  return {{"make_float2", make<Num::kF32, 2>}, {"make_float3", make<Num::kF32, 3>},
          {"make_float4", make<Num::kF32, 4>}, {"make_int2", make<Num::kI32, 2>},
          {"make_int3", make<Num::kI32, 3>},   {"make_int4", make<Num::kI32, 4>},
          {"make_uint2", make<Num::kU32, 2>},  {"make_uint3", make<Num::kU32, 3>},
          {"make_uint4", make<Num::kU32, 4>},  {"make_double2", make<Num::kF64, 2>}};
}

}  // namespace cudal1::execute
