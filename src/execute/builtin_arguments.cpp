#include "builtin_arguments.h"

namespace cudal1::execute {

void expect(const Call& call, const Values& arguments, size_t least, size_t most,
            const char* name) {
  if (arguments.size() < least || arguments.size() > most)
    throw HostFailure{
        "type",
        std::string(name) + " does not take " + std::to_string(arguments.size()) + " arguments",
        call.pos};
}

const Number& number(const Call& call, const Value& value) {
  if (!value.is<Number>())
    throw HostFailure{"type", "expected a number, got " + describe(value), call.pos};
  return value.as<Number>();
}

[[noreturn]] void no_member(const Call& call, const Value& self, const char* name) {
  throw HostFailure{"type", describe(self) + " has no member " + name, call.pos};
}

const at::Tensor& tensor(const Call& call, const Value& value, const char* member) {
  if (!value.is<at::Tensor>()) no_member(call, value, member);
  const at::Tensor& found = value.as<at::Tensor>();
  if (!found.defined())
    throw HostFailure{"check", std::string(member) + " of an undefined tensor", call.pos};
  return found;
}

int64_t integer(const Call& call, const Values& arguments, size_t i) {
  if (i >= arguments.size() || !arguments[i].is<Number>())
    throw HostFailure{"type", "expected an integer argument", call.pos};
  return arguments[i].as<Number>().as_int();
}

}  // namespace cudal1::execute
