// The algorithms of std that take a function: it runs in the frame around the call.
#include <algorithm>

#include "compiler.h"
#include "range.h"

namespace cudal1::execute {

using namespace program;

namespace {

using Function = std::function<Value(Values)>;
using Algorithm = Value (*)(const Function& function, Values& arguments, SourcePos pos);

// The function may change the list: what is walked is a copy.
Values items_of(const Values& arguments, SourcePos pos) {
  const Range range = range_of(arguments, 0, pos);
  return {range.begin(), range.end()};
}

// True when an item for which the function says `kWanted` is found, or false; `kFound` says which.
template <bool kWanted, bool kFound>
Value search(const Function& function, Values& arguments, SourcePos pos) {
  for (const Value& item : items_of(arguments, pos))
    if (truthy(function({item}), pos) == kWanted) return Number::boolean(kFound);
  return Number::boolean(!kFound);
}

Value sort(const Function& function, Values& arguments, SourcePos pos) {
  const Values items = sorted(range_of(arguments, 0, pos), [&](const Value& a, const Value& b) {
    return truthy(function({a, b}), pos);
  });
  const Range range = range_of(arguments, 0, pos);
  if (range.size() != items.size())
    throw HostFailure{"check", "std::sort of a list that its order changes", pos};
  std::copy(items.begin(), items.end(), range.begin());
  return Void{};
}

Value accumulate(const Function& function, Values& arguments, SourcePos pos) {
  Value total = arguments.at(2);
  for (const Value& item : items_of(arguments, pos))
    total = like(arguments[2], function({total, item}));
  return total;
}

Algorithm find_algorithm(const std::string& name, size_t arguments) {
  if (arguments == 4) return name == "std::accumulate" ? accumulate : nullptr;
  if (arguments != 3) return nullptr;
  if (name == "std::all_of") return search<false, false>;
  if (name == "std::any_of") return search<true, true>;
  if (name == "std::none_of") return search<true, false>;
  return name == "std::sort" ? sort : nullptr;
}

}  // namespace

Eval Compiler::algorithm_call(const NameExpr& callee, const CallExpr& node, Eval otherwise,
                              SourcePos pos) {
  const bool qualified = callee.name.find("::") != std::string::npos;
  const Algorithm algorithm =
      find_algorithm(qualified ? callee.name : "std::" + callee.name, node.args.size());
  if (!algorithm) return otherwise;  // may be empty
  return [algorithm, args = expressions(node.args), otherwise, name = callee.name,
          pos](Frame& frame) -> Value {
    Values arguments = evaluate(args, frame);
    const Value target = arguments.back();
    if (!target.is<Callable>()) {
      if (otherwise) return otherwise(frame);  // std::multiplies<>()
      throw HostFailure{"type", name + " takes a lambda, got " + describe(target), pos};
    }
    arguments.pop_back();
    const auto function = [&](Values given) { return call_lambda(target, given, frame, pos); };
    return algorithm(function, arguments, pos);
  };
}

}  // namespace cudal1::execute
