// Declarations of variables.
#include "compiler.h"
#include "host_limits.h"

namespace cudal1::execute {

using namespace program;

Exec Compiler::declaration(const DeclStmt& node) {
  std::vector<Exec> all;
  for (const Declarator& one : node.declarators) all.push_back(declarator(one));
  if (all.size() == 1) return all[0];
  return [all = std::move(all)](Frame& frame) {
    for (const Exec& run : all) run(frame);
    return Flow::kNext;
  };
}

namespace {

// int sizes[2] = {1, 2}; float weights[9];
Value make_array(const Type& element, const Values& extents, const Values* init, SourcePos pos) {
  Values items;
  if (init)
    for (const Value& item : *init) items.push_back(coerce(element, item, pos));
  if (!extents.empty() && extents[0].is<Number>()) {
    const int64_t count = extents[0].as<Number>().as_int();
    if (count < 0 || count > kMaxItems)
      throw HostFailure{"check", "an array of " + std::to_string(count) + " elements", pos};
    const Values inner(extents.begin() + 1, extents.end());
    while (items.size() < size_t(count))
      items.push_back(inner.empty() ? construct(element, {}, true, pos)
                                    : make_array(element, inner, nullptr, pos));
  }
  Vector vector = make_vector(std::move(items));
  vector.element = std::make_shared<const Type>(element);
  return vector;
}

}  // namespace

const Values& parts_of(const Value& value, size_t count, SourcePos pos) {
  const Values* items = value.is<Tuple>()    ? value.as<Tuple>().items.get()
                        : value.is<Vector>() ? value.as<Vector>().items.get()
                                             : nullptr;
  if (!items || items->size() != count)
    throw HostFailure{
        "type", "cannot take " + describe(value) + " apart into " + std::to_string(count), pos};
  return *items;
}

Exec Compiler::declarator(const Declarator& node) {
  const SourcePos pos = node.pos;
  if (const NameExpr* kernel = node.init.size() == 1 ? kernel_in(*node.init[0]) : nullptr) {
    scopes_.back()[node.names.at(0)] = {.kind = Binding::Kind::kKernel, .kernel = kernel};
    return [](Frame&) { return Flow::kNext; };
  }
  const Type declared = type(node.type);
  std::vector<Eval> init = expressions(node.init);
  if (node.names.size() > 1) {
    std::vector<size_t> slots;
    for (const std::string& name : node.names) slots.push_back(declare(name, Type{}));
    return [slots, value = init.at(0), pos](Frame& frame) {
      const Value whole = value(frame);
      const Values& parts = parts_of(whole, slots.size(), pos);
      for (size_t i = 0; i < slots.size(); ++i) frame.slots[slots[i]] = parts[i];
      return Flow::kNext;
    };
  }
  if (!node.array_extents.empty()) {
    std::vector<Eval> extents;
    for (const ExprPtr& extent : node.array_extents)
      extents.push_back(extent ? expression(*extent) : [](Frame&) { return Value(Void{}); });
    const size_t slot = declare(node.names[0], declared);
    return [=](Frame& frame) {
      Values given = evaluate(init, frame);
      // = {…} comes as one list, {…} as its elements
      if (given.size() == 1 && given[0].is<Vector>()) given = *Value(given[0]).as<Vector>().items;
      frame.slots[slot] = make_array(declared, evaluate(extents, frame), &given, pos);
      return Flow::kNext;
    };
  }
  const size_t slot = declare(node.names[0], declared);
  const InitStyle style = node.style;
  if (style == InitStyle::kCopy)
    return [slot, declared, value = init.at(0), pos](Frame& frame) {
      frame.slots[slot] = coerce(declared, value(frame), pos);
      return Flow::kNext;
    };
  return [=](Frame& frame) {
    const bool braces = style != InitStyle::kParen;
    if (style == InitStyle::kNone && declared.kind == Type::Kind::kNumber)
      frame.slots[slot] = convert(Number::of(0), declared.num);
    else
      frame.slots[slot] = construct(declared, evaluate(init, frame), braces, pos);
    return Flow::kNext;
  };
}

}  // namespace cudal1::execute
