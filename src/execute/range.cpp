#include "range.h"

#include <algorithm>

namespace cudal1::execute {
namespace {

size_t position(const Value& iterator, program::SourcePos pos) {
  if (!iterator.is<Pointer>() || !iterator.as<Pointer>().array)
    throw HostFailure{"type", "expected an iterator of a list, got " + describe(iterator), pos};
  const Pointer& pointer = iterator.as<Pointer>();
  const auto at = reinterpret_cast<size_t>(pointer.address);
  if (at > pointer.array->size()) throw HostFailure{"check", "an iterator outside its list", pos};
  return at;
}

}  // namespace

Range range_of(const Values& arguments, size_t at, program::SourcePos pos) {
  if (arguments.size() < at + 2)
    throw HostFailure{"type", "this function takes two iterators of a list", pos};
  const size_t first = position(arguments[at], pos), last = position(arguments[at + 1], pos);
  Values& items = *arguments[at].as<Pointer>().array;
  // x.sizes().begin() and x.sizes().end() are of two lists, which are alike.
  if (first > last || items.size() != arguments[at + 1].as<Pointer>().array->size())
    throw HostFailure{"check", "two iterators that are no range of one list", pos};
  return {items.data() + first, items.data() + last};
}

Value* start_of(const Value& iterator, size_t count, program::SourcePos pos) {
  const size_t first = position(iterator, pos);
  Values& items = *iterator.as<Pointer>().array;
  if (count > items.size() - first)
    throw HostFailure{"check",
                      std::to_string(count) + " elements from place " + std::to_string(first) +
                          " of a list of " + std::to_string(items.size()),
                      pos};
  return items.data() + first;
}

Value iterator_to(const Value& first, const Range& range, const Value* element) {
  Value found = first;
  found.as<Pointer>().address += element - range.begin();
  return found;
}

// std::sort may leave its range where the order contradicts itself; merging never does.
Values sorted(const Range& range, const std::function<bool(const Value&, const Value&)>& less) {
  Values from(range.begin(), range.end()), to(from.size());
  const size_t count = from.size();
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t begin = 0; begin < count; begin += 2 * width) {
      const auto at = [&](size_t i) { return from.begin() + long(std::min(i, count)); };
      std::merge(at(begin), at(begin + width), at(begin + width), at(begin + 2 * width),
                 to.begin() + long(begin), less);
    }
    from.swap(to);
  }
  return from;
}

Value like(const Value& replaced, const Value& value) {
  if (replaced.is<Number>() && value.is<Number>())
    return convert(value.as<Number>(), replaced.as<Number>().kind);
  return value;
}

}  // namespace cudal1::execute
