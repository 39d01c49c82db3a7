// Between values of the host language and the dispatcher's IValues.
#pragma once

#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include "context.h"

namespace cudal1::execute {

// Cost of passing `value` where `type` is wanted: 0 exact, larger for C++'s implicit conversions,
// -1 impossible.
int conversion_cost(const Value& value, const c10::Type& type);
// `value` as `type`; only after conversion_cost said that it can be.
c10::IValue to_ivalue(const Context& context, const Value& value, const c10::Type& type);
Value from_ivalue(const c10::IValue& value);

}  // namespace cudal1::execute
