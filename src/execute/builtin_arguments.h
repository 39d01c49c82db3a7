// What builtin functions and methods ask of their arguments; each throws HostFailure.
#pragma once

#include <ATen/ATen.h>

#include "interpreter.h"

namespace cudal1::execute {

void expect(const Call& call, const Values& arguments, size_t least, size_t most, const char* name);
const Number& number(const Call& call, const Value& value);
int64_t integer(const Call& call, const Values& arguments, size_t i);
// The tensor that `member` is asked of: defined.
const at::Tensor& tensor(const Call& call, const Value& value, const char* member);
[[noreturn]] void no_member(const Call& call, const Value& self, const char* name);

}  // namespace cudal1::execute
