// Lists: what std::vector, std::array and at::IntArrayRef offer.
#include "builtin_arguments.h"
#include "builtin_tables.h"
#include "compiler.h"
#include "host_limits.h"
#include "range.h"

namespace cudal1::execute {
namespace {

Values& items(const Call& call, Value& self, const char* member) {
  if (self.is<Vector>()) return *self.as<Vector>().items;
  if (self.is<Tuple>()) return *self.as<Tuple>().items;
  no_member(call, self, member);
}

Value push_back(const Call& call, Values& arguments) {
  if (!arguments[0].is<Vector>()) no_member(call, arguments[0], "push_back");
  const Vector& self = arguments[0].as<Vector>();
  if (int64_t(self.items->size()) >= kMaxItems)
    throw HostFailure{"check", "a vector of more than " + std::to_string(kMaxItems) + " elements",
                      call.pos};
  Value added = arguments.size() > 1 ? arguments[1] : Value(Void{});
  self.items->push_back(self.element ? coerce(*self.element, added, call.pos) : deep_copy(added));
  return Void{};
}
Value pop_back(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "pop_back");
  if (self.empty()) throw HostFailure{"check", "pop_back of an empty list", call.pos};
  self.pop_back();
  return Void{};
}
Value back(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "back");
  if (self.empty()) throw HostFailure{"check", "back of an empty list", call.pos};
  return self.back();
}
Value front(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "front");
  if (self.empty()) throw HostFailure{"check", "front of an empty list", call.pos};
  return self.front();
}
Value empty(const Call& call, Values& arguments) {
  if (arguments[0].is<std::string>())
    return Number::boolean(arguments[0].as<std::string>().empty());
  return Number::boolean(items(call, arguments[0], "empty").empty());
}
Value clear(const Call& call, Values& arguments) {
  items(call, arguments[0], "clear").clear();
  return Void{};
}
Value at(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "at");
  const int64_t i = integer(call, arguments, 1);
  if (i < 0 || size_t(i) >= self.size())
    throw HostFailure{"check",
                      "index " + std::to_string(i) + " of a list of " + std::to_string(self.size()),
                      call.pos};
  return self[size_t(i)];
}
Value iterator(const Call& call, Value& self, size_t position) {
  if (!self.is<Vector>()) no_member(call, self, "begin");
  return Pointer{reinterpret_cast<std::byte*>(position), self.as<Vector>().element,
                 self.as<Vector>().items};
}
Value begin(const Call& call, Values& arguments) { return iterator(call, arguments[0], 0); }
Value end(const Call& call, Values& arguments) {
  return iterator(call, arguments[0], items(call, arguments[0], "end").size());
}

size_t position(const Call& call, const Values& self, const Value& value) {
  const auto i =
      value.is<Pointer>() ? reinterpret_cast<size_t>(value.as<Pointer>().address) : size_t(-1);
  if (i > self.size()) throw HostFailure{"check", "an iterator outside its list", call.pos};
  return i;
}
Value erase(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "erase");
  const size_t first = position(call, self, arguments.at(1));
  const size_t last = arguments.size() > 2 ? position(call, self, arguments[2]) : first + 1;
  if (last > self.size() || first > last)
    throw HostFailure{"check", "erase outside the list", call.pos};
  self.erase(self.begin() + long(first), self.begin() + long(last));
  return arguments[1];
}
Value insert(const Call& call, Values& arguments) {
  if (arguments.size() < 3)
    throw HostFailure{"type", "insert takes a position and a value", call.pos};
  Values& self = items(call, arguments[0], "insert");
  const size_t where = position(call, self, arguments[1]);
  if (arguments.size() == 3) {
    self.insert(self.begin() + long(where), deep_copy(arguments[2]));
    return arguments[1];
  }
  const Values source = arguments[2].is<Pointer>() && arguments[2].as<Pointer>().array
                            ? *arguments[2].as<Pointer>().array
                            : Values{};
  const size_t first = position(call, source, arguments[2]),
               last = position(call, source, arguments[3]);
  if (first > last)
    throw HostFailure{"check", "insert of a range that ends before it begins", call.pos};
  self.insert(self.begin() + long(where), source.begin() + long(first),
              source.begin() + long(last));
  return arguments[1];
}
Value resize(const Call& call, Values& arguments) {
  if (!arguments[0].is<Vector>()) no_member(call, arguments[0], "resize");
  const Vector& self = arguments[0].as<Vector>();
  const int64_t count = integer(call, arguments, 1);
  if (count < 0 || count > kMaxItems)
    throw HostFailure{"check", "resize to " + std::to_string(count), call.pos};
  const Value filler = arguments.size() > 2 ? arguments[2]
                       : self.element       ? construct(*self.element, {}, true, call.pos)
                                            : Value(Number::of(0));
  self.items->resize(size_t(count), filler);
  return Void{};
}

// at::IntArrayRef: slice(begin), slice(begin, count), drop_front(n), drop_back(n).
Value part(const Call& call, Values& arguments, int64_t first, int64_t count) {
  const Values& self = items(call, arguments[0], "slice");
  if (first < 0 || count < 0 || first + count > int64_t(self.size()))
    throw HostFailure{"check", "a part outside the list", call.pos};
  Vector made = make_vector(Values(self.begin() + first, self.begin() + first + count));
  made.element = arguments[0].as<Vector>().element;
  return made;
}
int64_t length(const Call& call, Values& arguments) {
  return int64_t(items(call, arguments[0], "size").size());
}
int64_t count_or_one(const Call& call, const Values& arguments) {
  return arguments.size() > 1 ? integer(call, arguments, 1) : 1;
}
Value slice(const Call& call, Values& arguments) {
  const int64_t first = integer(call, arguments, 1);
  return part(call, arguments, first,
              arguments.size() > 2 ? integer(call, arguments, 2) : length(call, arguments) - first);
}
Value drop_front(const Call& call, Values& arguments) {
  const int64_t dropped = count_or_one(call, arguments);
  return part(call, arguments, dropped, length(call, arguments) - dropped);
}
Value drop_back(const Call& call, Values& arguments) {
  return part(call, arguments, 0, length(call, arguments) - count_or_one(call, arguments));
}
Value equals(const Call& call, Values& arguments) {
  return apply_binary(call.context, program::BinaryOp::kEqual, arguments[0], arguments.at(1),
                      nullptr, call.pos);
}

Value fill(const Call& call, Values& arguments) {
  for (Value& item : items(call, arguments[0], "fill")) item = like(item, arguments.at(1));
  return Void{};
}
// assign(count, value), assign({…}), assign(begin, end).
Value assign(const Call& call, Values& arguments) {
  if (!arguments[0].is<Vector>()) no_member(call, arguments[0], "assign");
  const Vector& self = arguments[0].as<Vector>();
  Type type;
  type.kind = Type::Kind::kVector;
  if (self.element) type.args.push_back(*self.element);
  Values rest(arguments.begin() + 1, arguments.end());
  *self.items = *construct(type, std::move(rest), false, call.pos).as<Vector>().items;
  return Void{};
}

Value copy_list(const Call&, Values& arguments) { return deep_copy(arguments[0]); }

}  // namespace

BuiltinTable list_methods() {
  return {{"push_back", push_back}, {"emplace_back", push_back},
          {"pop_back", pop_back},   {"back", back},
          {"front", front},         {"empty", empty},
          {"clear", clear},         {"at", at},
          {"begin", begin},         {"end", end},
          {"cbegin", begin},        {"cend", end},
          {"erase", erase},         {"insert", insert},
          {"slice", slice},         {"drop_front", drop_front},
          {"drop_back", drop_back}, {"equals", equals},
          {"fill", fill},           {"assign", assign},
          {"resize", resize},       {"vec", copy_list}};
}

}  // namespace cudal1::execute
