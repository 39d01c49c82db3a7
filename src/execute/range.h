// What lies between two iterators of one list; see list_methods() for how iterators are held.
#pragma once

#include "interpreter.h"

namespace cudal1::execute {

class Range {
 public:
  Range(Value* begin, Value* end) : begin_(begin), end_(end) {}
  Value* begin() const { return begin_; }
  Value* end() const { return end_; }
  size_t size() const { return size_t(end_ - begin_); }

 private:
  Value* begin_;
  Value* end_;
};

// arguments[at] and arguments[at + 1]; throws HostFailure where they are no range of one list.
Range range_of(const Values& arguments, size_t at, program::SourcePos pos);
// The first of `count` elements behind an iterator.
Value* start_of(const Value& iterator, size_t count, program::SourcePos pos);
// An iterator of the same list, at `element` of `range`, which begins at `first`.
Value iterator_to(const Value& first, const Range& range, const Value* element);
// Sorts with an order that may contradict itself (NaN, a lambda's): then the result is in some
// order.
Values sorted(const Range& range, const std::function<bool(const Value&, const Value&)>& less);
// `value` with the width of the number whose place it takes.
Value like(const Value& replaced, const Value& value);

}  // namespace cudal1::execute
