// Methods of the C++ classes that host code uses, beyond the ATen operators.
#include <algorithm>

#include "cudal1/program/accepted.h"
#include "program/check_names.h"
#include "program/suggest.h"
#include "program/table_types.h"

namespace cudal1::program {
namespace {

using namespace table_types;

Type scalar() { return of(Kind::kScalar); }
Type int_list() { return of(Kind::kIntList); }
Type int_vector() { return wrap(Kind::kVector, {int_type()}); }
Type raw_pointer() { return pointer_to(of(Kind::kVoid), false); }
Type const_raw_pointer() { return pointer_to(of(Kind::kVoid), true); }
Type self_type(const Type& self) { return self; }
Type element(const Type& self) {
  if (self.is(Kind::kIntList)) return int_type();
  return self.args.empty() ? unknown() : self.args[0];
}
Type element_pointer(const Type& self) {
  return pointer_to(element(self), self.is(Kind::kIntList));
}

constexpr Method kTensorMethods[] = {
    {"size", 1, 1, int64},
    {"sizes", 0, 0, int_list},
    {"strides", 0, 0, int_list},
    {"stride", 1, 1, int64},
    {"numel", 0, 0, int64},
    {"dim", 0, 0, int64},
    {"ndimension", 0, 0, int64},
    {"options", 0, 0, options},
    {"device", 0, 0, device},
    {"dtype", 0, 0, dtype},
    {"scalar_type", 0, 0, dtype},
    {"type", 0, 0, dtype},
    {"layout", 0, 0, layout},
    {"data_ptr", 0, 0, raw_pointer},
    {"const_data_ptr", 0, 0, const_raw_pointer},
    {"mutable_data_ptr", 0, 0, raw_pointer},
    {"data", 0, 0, tensor},
    {"is_cuda", 0, 0, boolean},
    {"is_cpu", 0, 0, boolean},
    {"is_contiguous", 0, 1, boolean},
    {"is_non_overlapping_and_dense", 0, 0, boolean},
    {"defined", 0, 0, boolean},
    {"contiguous", 0, 1, tensor},
    {"get_device", 0, 0, integer},
    {"element_size", 0, 0, int64},
    {"itemsize", 0, 0, int64},
    {"nbytes", 0, 0, size},
    {"item", 0, 0, scalar},
    {"is_floating_point", 0, 0, boolean},
    {"is_complex", 0, 0, boolean},
    {"is_sparse", 0, 0, boolean},
    {"is_signed", 0, 0, boolean},
    {"is_same", 1, 1, boolean},
    {"is_same_size", 1, 1, boolean},
    {"requires_grad", 0, 0, boolean},
    {"requires_grad_", 0, 1, tensor},
    {"set_requires_grad", 1, 1, tensor},
    {"cuda", 0, 0, tensor},
    {"cpu", 0, 0, tensor},
    {"toType", 1, 1, tensor},
    {"packed_accessor32", 0, 0, anything},
    {"packed_accessor64", 0, 0, anything},
    {"packed_accessor", 0, 0, anything},
    {"generic_packed_accessor", 0, 0, anything},
    {"storage_offset", 0, 0, int64},
    {"suggest_memory_format", 0, 1, memory_format},
    {"index", 1, 1, tensor},
    {"index_put_", 2, 2, tensor},
    {"sym_sizes", 0, 0, int_list},
    {"sym_size", 1, 1, int64},
    {"sym_numel", 0, 0, int64},
    {"expect_contiguous", 0, 1, anything},
    {"is_pinned", 0, 1, boolean},
};

constexpr Method kOptionsMethods[] = {
    {"dtype", 0, 1, self_type},         {"device", 0, 2, self_type},
    {"layout", 0, 1, self_type},        {"requires_grad", 0, 1, self_type},
    {"memory_format", 1, 1, self_type}, {"pinned_memory", 0, 1, self_type},
    {"device_index", 1, 1, self_type},
};
constexpr Method kDeviceMethods[] = {
    {"type", 0, 0, self_type}, {"index", 0, 0, integer},     {"is_cuda", 0, 0, boolean},
    {"is_cpu", 0, 0, boolean}, {"has_index", 0, 0, boolean}, {"str", 0, 0, text},
};
constexpr Method kDtypeMethods[] = {
    {"toScalarType", 0, 0, self_type}, {"itemsize", 0, 0, size},   {"name", 0, 0, text},
    {"scalarType", 0, 0, self_type},   {"is_cuda", 0, 0, boolean},
};
constexpr Method kScalarMethods[] = {
    {"to", 0, 0, anything},
    {"toFloat", 0, 0, real},
    {"toDouble", 0, 0, real},
    {"toInt", 0, 0, integer},
    {"toLong", 0, 0, int64},
    {"toBool", 0, 0, boolean},
    {"toHalf", 0, 0, anything},
    {"toBFloat16", 0, 0, anything},
    {"isFloatingPoint", 0, 0, boolean},
    {"isIntegral", 0, 1, boolean},
    {"isBoolean", 0, 0, boolean},
    {"type", 0, 0, dtype},
};
constexpr Method kIntListMethods[] = {
    {"size", 0, 0, size},
    {"empty", 0, 0, boolean},
    {"front", 0, 0, element},
    {"back", 0, 0, element},
    {"at", 1, 1, element},
    {"vec", 0, 0, int_vector},
    {"begin", 0, 0, element_pointer},
    {"end", 0, 0, element_pointer},
    {"cbegin", 0, 0, element_pointer},
    {"cend", 0, 0, element_pointer},
    {"data", 0, 0, element_pointer},
    {"slice", 1, 2, self_type},
    {"drop_front", 0, 1, self_type},
    {"drop_back", 0, 1, self_type},
    {"equals", 1, 1, boolean},
};
constexpr Method kVectorMethods[] = {
    {"size", 0, 0, size},         {"empty", 0, 0, boolean},
    {"front", 0, 0, element},     {"back", 0, 0, element},
    {"at", 1, 1, element},        {"begin", 0, 0, anything},
    {"end", 0, 0, anything},      {"cbegin", 0, 0, anything},
    {"cend", 0, 0, anything},     {"data", 0, 0, element_pointer},
    {"push_back", 1, 1, nothing}, {"emplace_back", 0, 3, element},
    {"pop_back", 0, 0, nothing},  {"insert", 2, 3, anything},
    {"erase", 1, 2, anything},    {"clear", 0, 0, nothing},
    {"reserve", 1, 1, nothing},   {"resize", 1, 2, nothing},
    {"assign", 1, 2, nothing},    {"fill", 1, 1, nothing},
    {"vec", 0, 0, self_type},     {"slice", 1, 2, self_type},
};
constexpr Method kOptionalMethods[] = {
    {"has_value", 0, 0, boolean},
    {"value", 0, 0, element},
    {"value_or", 1, 1, element},
    {"defined", 0, 0, boolean},
};
constexpr Method kStringMethods[] = {
    {"c_str", 0, 0, text},
    {"size", 0, 0, size},
    {"length", 0, 0, size},
    {"empty", 0, 0, boolean},

};
constexpr Method kStreamMethods[] = {
    {"stream", 0, 0, stream},
    {"synchronize", 0, 0, nothing},

};
constexpr Method kOutMethods[] = {{"str", 0, 0, text}, {"flush", 0, 0, nothing}};
constexpr Method kGuardMethods[] = {
    {"set_device", 1, 1, nothing},
    {"set_index", 1, 1, nothing},
    {"reset_device", 1, 1, nothing},

};

struct Table {
  const Method* begin;
  const Method* end;
};
template <size_t N>
Table table(const Method (&methods)[N]) {
  return {methods, methods + N};
}

Table methods_of(const Type& self) {
  switch (self.kind) {
    case Kind::kTensor:
      return table(kTensorMethods);
    case Kind::kOptions:
      return table(kOptionsMethods);
    case Kind::kDevice:
      return table(kDeviceMethods);
    case Kind::kDtype:
      return table(kDtypeMethods);
    case Kind::kScalar:
      return table(kScalarMethods);
    case Kind::kIntList:
      return table(kIntListMethods);
    case Kind::kVector:
    case Kind::kArray:
      return table(kVectorMethods);
    case Kind::kOptional:
      return table(kOptionalMethods);
    case Kind::kString:
      return table(kStringMethods);
    case Kind::kStream:
      return table(kStreamMethods);
    case Kind::kOut:
      return table(kOutMethods);
    case Kind::kOpaque:
      if (self.name == "guard") return table(kGuardMethods);
      return {nullptr, nullptr};
    default:
      return {nullptr, nullptr};
  }
}

}  // namespace

const Method* find_method(const Type& self, std::string_view name) {
  const Table methods = methods_of(self);
  const auto found =
      std::find_if(methods.begin, methods.end, [&](const Method& m) { return name == m.name; });
  return found == methods.end ? nullptr : found;
}

std::vector<AcceptedMember> accepted_methods() {
  std::vector<AcceptedMember> all;
  const auto add = [&](const char* owner, const auto& methods) {
    for (const Method& method : methods) all.push_back({owner, method.name, method.min_args});
  };
  add("tensor", kTensorMethods);
  add("options", kOptionsMethods);
  add("device", kDeviceMethods);
  add("dtype", kDtypeMethods);
  add("scalar", kScalarMethods);
  add("sizes", kIntListMethods);
  add("vector", kVectorMethods);
  add("optional", kOptionalMethods);
  add("string", kStringMethods);
  add("stream", kStreamMethods);
  add("output", kOutMethods);
  add("guard", kGuardMethods);
  return all;
}

void offer_methods(const Type& self, Suggestion& suggestion) {
  const Table methods = methods_of(self);
  for (const Method* method = methods.begin; method != methods.end; ++method)
    suggestion.offer(method->name);
  offer_fields(self, suggestion);
}

}  // namespace cudal1::program
