// Scalars, optionals, strings and streams.
#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

template <Num kKind>
Value scalar_to(const Call& call, Values& arguments) {
  if (!arguments[0].is<Number>()) no_member(call, arguments[0], "to<T>");
  return convert(arguments[0].as<Number>(), kKind);
}

Value is_real(const Call& call, Values& arguments) {
  return Number::boolean(number(call, arguments[0]).floating());
}
Value is_boolean(const Call& call, Values& arguments) {
  return Number::boolean(number(call, arguments[0]).kind == Num::kBool);
}
Value is_integral(const Call& call, Values& arguments) {
  const Number& self = number(call, arguments[0]);
  const bool boolean_too = arguments.size() > 1 && number(call, arguments[1]).truthy();
  return Number::boolean(!self.floating() && (boolean_too || self.kind != Num::kBool));
}

Value has_value(const Call&, Values& arguments) {
  return Number::boolean(!arguments[0].is<Null>());
}
Value value(const Call& call, Values& arguments) {
  if (arguments[0].is<Null>()) throw HostFailure{"check", "value() of an empty optional", call.pos};
  return arguments[0];
}
Value value_or(const Call& call, Values& arguments) {
  if (arguments.size() != 2) throw HostFailure{"type", "value_or takes one argument", call.pos};
  return arguments[0].is<Null>() ? arguments[1] : arguments[0];
}

Value nothing(const Call&, Values&) { return Void{}; }

Value c_string(const Call&, Values& arguments) { return arguments[0]; }
Value same_stream(const Call&, Values&) { return Stream{}; }

}  // namespace

BuiltinTable value_methods() {
  return {{"toFloat", scalar_to<Num::kF32>},
          {"toDouble", scalar_to<Num::kF64>},
          {"toInt", scalar_to<Num::kI32>},
          {"toLong", scalar_to<Num::kI64>},
          {"toHalf", scalar_to<Num::kF16>},
          {"toBFloat16", scalar_to<Num::kBF16>},
          {"isFloatingPoint", is_real},
          {"isBoolean", is_boolean},
          {"isIntegral", is_integral},
          {"flush", nothing},
          {"set_device", nothing},
          {"set_index", nothing},
          {"reset_device", nothing},
          {"toBool", scalar_to<Num::kBool>},
          {"has_value", has_value},
          {"value", value},
          {"value_or", value_or},
          {"reserve", nothing},
          {"c_str", c_string},
          {"stream", same_stream},
          {"synchronize", nothing},
          {"get", value},
          {"unwrap", value}};
}

}  // namespace cudal1::execute
