// The algorithms of std on lists. Those that take a function are in compile_algorithm.cpp.
#include <algorithm>

#include "builtin_arguments.h"
#include "builtin_tables.h"
#include "compiler.h"
#include "number.h"
#include "range.h"

namespace cudal1::execute {
namespace {

using program::BinaryOp;

Value begin(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "std::begin");
  return find_method_builtin("begin")(call, arguments);
}
Value end(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "std::end");
  return find_method_builtin("end")(call, arguments);
}
Value size(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "std::size");
  if (!arguments[0].is<Vector>())
    throw HostFailure{"type", "std::size takes a list, got " + describe(arguments[0]), call.pos};
  return Number::of(int64_t(arguments[0].as<Vector>().items->size()), Num::kU64);
}

Value reverse(const Call& call, Values& arguments) {
  const Range range = range_of(arguments, 0, call.pos);
  std::reverse(range.begin(), range.end());
  return Void{};
}

Value fill(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "std::fill");
  const Range range = range_of(arguments, 0, call.pos);
  for (Value& item : range) item = like(item, arguments[2]);
  return Void{};
}

Value iota(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "std::iota");
  Number next = number(call, arguments[2]);
  for (Value& item : range_of(arguments, 0, call.pos)) {
    item = like(item, next);
    next = convert(arithmetic(BinaryOp::kAdd, next, Number::of(1, Num::kI32), call.pos), next.kind);
  }
  return Void{};
}

Value copy(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "std::copy");
  const Range range = range_of(arguments, 0, call.pos);
  Value* to = start_of(arguments[2], range.size(), call.pos);
  const Values source(range.begin(), range.end());  // the two may be one list
  for (size_t i = 0; i < source.size(); ++i) to[i] = like(to[i], source[i]);
  Value past = arguments[2];
  past.as<Pointer>().address += range.size();
  return past;
}

bool less(const Call& call, const Value& a, const Value& b) {
  return arithmetic(BinaryOp::kLess, number(call, a), number(call, b), call.pos).truthy();
}

Value sort(const Call& call, Values& arguments) {
  const Range range = range_of(arguments, 0, call.pos);
  const Values items =
      sorted(range, [&](const Value& a, const Value& b) { return less(call, a, b); });
  std::copy(items.begin(), items.end(), range.begin());
  return Void{};
}

template <bool kMax>
Value extreme_element(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "this function");
  const Range range = range_of(arguments, 0, call.pos);
  const auto by = [&](const Value& a, const Value& b) { return less(call, a, b); };
  Value* found = kMax ? std::max_element(range.begin(), range.end(), by)
                      : std::min_element(range.begin(), range.end(), by);
  return iterator_to(arguments[0], range, found);
}

bool same(const Call& call, const Value& a, const Value& b) {
  return truthy(apply_binary(call.context, BinaryOp::kEqual, a, b, nullptr, call.pos), call.pos);
}

Value find(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "std::find");
  const Range range = range_of(arguments, 0, call.pos);
  Value* found = std::find_if(range.begin(), range.end(),
                              [&](const Value& item) { return same(call, item, arguments[2]); });
  return iterator_to(arguments[0], range, found);
}

Value equal(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 4, "std::equal");
  const Range range = range_of(arguments, 0, call.pos);
  if (arguments.size() == 4 && range_of(arguments, 2, call.pos).size() != range.size())
    return Number::boolean(false);
  const Value* other = start_of(arguments[2], range.size(), call.pos);
  return Number::boolean(
      std::equal(range.begin(), range.end(), other,
                 [&](const Value& a, const Value& b) { return same(call, a, b); }));
}

}  // namespace

BuiltinTable algorithm_functions() {
  return {{"std::begin", begin},
          {"std::end", end},
          {"std::size", size},
          {"std::reverse", reverse},
          {"std::fill", fill},
          {"std::iota", iota},
          {"std::copy", copy},
          {"std::sort", sort},
          {"std::max_element", extreme_element<true>},
          {"std::min_element", extreme_element<false>},
          {"std::find", find},
          {"std::equal", equal}};
}

}  // namespace cudal1::execute
