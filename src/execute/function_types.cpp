// Questions about a dtype.
#include <ATen/ATen.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

Value element_size(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "elementSize");
  if (!arguments[0].is<c10::ScalarType>())
    throw HostFailure{"type", "elementSize takes a dtype", call.pos};
  return Number::of(int64_t(c10::elementSize(arguments[0].as<c10::ScalarType>())), Num::kU64);
}

c10::ScalarType dtype(const Call& call, const Values& arguments, size_t i) {
  if (i >= arguments.size() || !arguments[i].is<c10::ScalarType>())
    throw HostFailure{"type", "expected a dtype", call.pos};
  return arguments[i].as<c10::ScalarType>();
}

Value same_dtype(const Call& call, Values& arguments) { return dtype(call, arguments, 0); }

Value default_dtype(const Call&, Values&) { return c10::ScalarType::Float; }

Value promote_types(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "promoteTypes");
  return c10::promoteTypes(dtype(call, arguments, 0), dtype(call, arguments, 1));
}

Value op_math_type(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "toOpMathType");
  const c10::ScalarType type = dtype(call, arguments, 0);
  const bool narrow = type == c10::ScalarType::Half || type == c10::ScalarType::BFloat16;
  return narrow ? c10::ScalarType::Float : type;
}

// What sums are kept in on a GPU.
Value accumulate_type(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 2, "toAccumulateType");
  if (c10::isIntegralType(dtype(call, arguments, 0), false)) return c10::ScalarType::Long;
  Values one = {arguments[0]};
  return op_math_type(call, one);
}

Value is_floating_type(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "isFloatingType");
  return Number::boolean(arguments[0].is<c10::ScalarType>() &&
                         c10::isFloatingType(arguments[0].as<c10::ScalarType>()));
}

Value is_integral_type(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 2, "isIntegralType");
  return Number::boolean(arguments[0].is<c10::ScalarType>() &&
                         c10::isIntegralType(arguments[0].as<c10::ScalarType>(), true));
}

}  // namespace

BuiltinTable type_functions() {
  return {{"torch::elementSize", element_size},        {"torch::typeMetaToScalarType", same_dtype},
          {"torch::get_default_dtype", default_dtype}, {"torch::promoteTypes", promote_types},
          {"torch::toOpMathType", op_math_type},       {"torch::toAccumulateType", accumulate_type},
          {"torch::isFloatingType", is_floating_type}, {"torch::isIntegralType", is_integral_type}};
}

}  // namespace cudal1::execute
