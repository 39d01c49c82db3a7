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
  return {{"c10::elementSize", element_size},        {"torch::elementSize", element_size},
          {"at::elementSize", element_size},         {"at::isFloatingType", is_floating_type},
          {"c10::isFloatingType", is_floating_type}, {"torch::isFloatingType", is_floating_type},
          {"at::isIntegralType", is_integral_type},  {"c10::isIntegralType", is_integral_type}};
}

}  // namespace cudal1::execute
