// What std offers beside mathematics: tuples, optionals, text, sums, the end of the program.
#include <c10/core/ScalarType.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

Value make_tuple(const Call&, Values& arguments) {
  return Tuple{std::make_shared<Values>(std::move(arguments))};
}

Value tuple_get(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "std::get");
  const auto items = arguments[0].is<Tuple>()    ? arguments[0].as<Tuple>().items
                     : arguments[0].is<Vector>() ? arguments[0].as<Vector>().items
                                                 : nullptr;
  if (!items || call.targs.empty() || !call.targs[0].number)
    throw HostFailure{"type", "std::get takes std::get<i>(tuple), got " + describe(arguments[0]),
                      call.pos};
  const int64_t i = call.targs[0].number->as_int();
  if (i < 0 || size_t(i) >= items->size())
    throw HostFailure{
        "type",
        "std::get<" + std::to_string(i) + "> of a tuple of " + std::to_string(items->size()),
        call.pos};
  return (*items)[size_t(i)];
}

Value same(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  return arguments[0];
}

Value to_string_value(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "to_string");
  if (arguments[0].is<c10::ScalarType>())
    return std::string(c10::toString(arguments[0].as<c10::ScalarType>()));
  const Number& x = number(call, arguments[0]);
  return x.floating() ? std::to_string(x.d) : std::to_string(x.i);
}

Value accumulate(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 4, "std::accumulate");
  if (!arguments[0].is<Pointer>() || !arguments[0].as<Pointer>().array ||
      !arguments[1].is<Pointer>())
    throw HostFailure{"type", "std::accumulate takes the iterators of a list", call.pos};
  const Pointer &first = arguments[0].as<Pointer>(), &last = arguments[1].as<Pointer>();
  const bool product = arguments.size() == 4 && arguments[3].is<Opaque>() &&
                       arguments[3].as<Opaque>().name.find("multiplies") != std::string::npos;
  Number total = number(call, arguments[2]);
  for (auto i = reinterpret_cast<size_t>(first.address); i < reinterpret_cast<size_t>(last.address);
       ++i) {
    const Number& x = number(call, first.array->at(i));
    const Num kind = total.kind;
    const double real =
        product ? total.as_double() * x.as_double() : total.as_double() + x.as_double();
    const int64_t whole = product ? total.as_int() * x.as_int() : total.as_int() + x.as_int();
    total = convert(total.floating() ? Number::real(real) : Number::of(whole), kind);
  }
  return total;
}

std::string printed(const Value& value) {
  if (value.is<std::string>()) return value.as<std::string>();
  const std::string text = describe(value);
  return value.is<Number>() ? text.substr(text.rfind(' ') + 1) : text;
}

Value text_of(const Call&, Values& arguments) {
  std::string text;
  for (const Value& part : arguments) text += printed(part);
  return text;
}

Value end_program(const Call& call, Values&) {
  throw HostFailure{"throw", "the program ended itself (exit or abort)", call.pos};
}

}  // namespace

BuiltinTable std_functions() {
  return {{"std::make_tuple", make_tuple},
          {"std::make_pair", make_tuple},
          {"std::tuple", make_tuple},
          {"std::pair", make_tuple},
          {"std::forward_as_tuple", make_tuple},
          {"std::get", tuple_get},
          {"std::move", same},
          {"std::forward", same},
          {"std::to_string", to_string_value},
          {"torch::toString", to_string_value},
          {"torch::str", text_of},
          {"torch::Error", text_of},
          {"std::exception", text_of},
          {"std::tie", make_tuple},
          {"std::accumulate", accumulate},
          {"std::make_optional", same},
          {"torch::make_optional", same},
          {"exit", end_program},
          {"abort", end_program},
          {"std::exit", end_program},
          {"std::abort", end_program},
          {"std::terminate", end_program}};
}

}  // namespace cudal1::execute
