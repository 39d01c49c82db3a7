// Assignment, increments and what they may be applied to.
#include "compiler.h"
#include "vector_type.h"

namespace cudal1::execute {

using namespace program;

Place Compiler::place(const Expr& expression) {
  const SourcePos pos = expression.pos;
  if (const auto* name = std::get_if<NameExpr>(&expression.node)) {
    const Binding* binding = find(name->name);
    if (!binding) throw HostFailure{"name", "'" + name->name + "' is not declared", pos};
    if (binding->kind != Binding::Kind::kSlot)
      throw HostFailure{"type", "'" + name->name + "' cannot be assigned to", pos};
    return [slot = binding->slot](Frame& frame) -> Value& { return frame.slots[slot]; };
  }
  if (const auto* node = std::get_if<IndexExpr>(&expression.node)) {
    return [object = this->expression(*node->object), at = this->expression(*node->indices.at(0)),
            pos](Frame& frame) -> Value& {
      const Value list = object(frame);
      const Value index = at(frame);
      const int64_t i = index.is<Number>() ? index.as<Number>().as_int() : -1;
      const bool pointer = list.is<Pointer>() && list.as<Pointer>().array;
      if (!list.is<Vector>() && !pointer)
        throw HostFailure{"type", describe(list) + " has no elements to assign to", pos};
      Values& items = pointer ? *list.as<Pointer>().array : *list.as<Vector>().items;
      const int64_t base =
          pointer ? int64_t(reinterpret_cast<intptr_t>(list.as<Pointer>().address)) : 0;
      if (i < 0 || size_t(base + i) >= items.size())
        throw HostFailure{
            "check", "index " + std::to_string(i) + " of a list of " + std::to_string(items.size()),
            pos};
      return items[size_t(base + i)];
    };
  }
  if (const auto* call = std::get_if<CallExpr>(&expression.node)) {
    const auto* method = std::get_if<MemberExpr>(&call->callee->node);
    if (method && (method->name == "back" || method->name == "front"))
      return [object = this->expression(*method->object), last = method->name == "back",
              pos](Frame& frame) -> Value& {
        const Value list = object(frame);
        if (!list.is<Vector>() || list.as<Vector>().items->empty())
          throw HostFailure{"check", "the end of an empty list", pos};
        return last ? list.as<Vector>().items->back() : list.as<Vector>().items->front();
      };
  }
  if (const auto* unary = std::get_if<UnaryExpr>(&expression.node);
      unary && unary->op == UnaryOp::kDereference)
    return [held = place(*unary->operand), pos](Frame& frame) -> Value& {
      Value& optional = held(frame);
      if (optional.is<Pointer>())
        throw HostFailure{"unsupported", "an assignment through a pointer", pos};
      return optional;
    };
  unsupported("assignment to this expression", pos);
}

Eval Compiler::step(const UnaryExpr& node, SourcePos pos) {
  const bool up = node.op == UnaryOp::kPreIncrement || node.op == UnaryOp::kPostIncrement;
  const bool before = node.op == UnaryOp::kPreIncrement || node.op == UnaryOp::kPreDecrement;
  return [target = place(*node.operand), up, before, pos](Frame& frame) {
    Value& variable = target(frame);
    const Value old = variable;
    Value next = apply_binary(frame.context, up ? BinaryOp::kAdd : BinaryOp::kSub, old,
                              Number::of(1, Num::kI32), nullptr, pos);
    if (old.is<Number>() && next.is<Number>())
      next = convert(next.as<Number>(), old.as<Number>().kind);
    variable = next;
    return before ? next : old;
  };
}

Eval Compiler::assign_tie(const CallExpr& target, Eval value, SourcePos pos) {
  std::vector<Place> places;
  for (const ExprPtr& part : target.args) {
    const auto* name = std::get_if<NameExpr>(&part->node);
    places.push_back(name && name->name == "std::ignore" ? Place() : place(*part));
  }
  return [places, value, pos](Frame& frame) -> Value {
    const Value whole = value(frame);
    const Values* items = whole.is<Tuple>() ? whole.as<Tuple>().items.get() : nullptr;
    if (!items || items->size() != places.size())
      throw HostFailure{
          "type", "std::tie of " + std::to_string(places.size()) + " = " + describe(whole), pos};
    for (size_t i = 0; i < places.size(); ++i)
      if (places[i]) places[i](frame) = (*items)[i];
    return Void{};
  };
}

Eval Compiler::assign_member(const MemberExpr& target, Eval value, SourcePos pos) {
  return [object = place(*target.object), field = target.name, value, pos](Frame& frame) -> Value {
    const Value given = value(frame);
    Value& owner = object(frame);
    const auto component = component_index(field);
    if (owner.is<Vector>() && component && *component < owner.as<Vector>().items->size()) {
      Value& target = (*owner.as<Vector>().items)[*component];
      target = target.is<Number>() && given.is<Number>()
                   ? Value(convert(given.as<Number>(), target.as<Number>().kind))
                   : given;
      return target;
    }
    if (!owner.is<Dim3>() || !given.is<Number>() || field.size() != 1 || field < "x" || field > "z")
      throw HostFailure{"type", "cannot assign to " + field + " of " + describe(owner), pos};
    uint32_t* parts[] = {&owner.as<Dim3>().x, &owner.as<Dim3>().y, &owner.as<Dim3>().z};
    *parts[field[0] - 'x'] = uint32_t(given.as<Number>().as_int());
    return given;
  };
}

Eval Compiler::assign(const AssignExpr& node, SourcePos pos) {
  Eval value = expression(*node.value);
  if (const auto* tie = std::get_if<CallExpr>(&node.target->node)) {
    const auto* callee = std::get_if<NameExpr>(&tie->callee->node);
    if (callee && (callee->name == "std::tie" || callee->name == "tie") && !node.op)
      return assign_tie(*tie, value, pos);
  }
  if (const auto* field = std::get_if<MemberExpr>(&node.target->node); field && !node.op)
    return assign_member(*field, value, pos);
  Type declared;
  if (const auto* name = std::get_if<NameExpr>(&node.target->node))
    if (const Binding* binding = find(name->name)) declared = binding->type;
  if (!node.op) {
    auto copy = std::make_shared<OperatorSite>("copy_");
    auto fill = std::make_shared<OperatorSite>("fill_");
    if (const auto* element = std::get_if<IndexExpr>(&node.target->node)) {
      Eval object = expression(*element->object), whole = expression(*node.target);
      return [object, whole, value, target = place(*node.target), copy, fill,
              pos](Frame& frame) -> Value {
        if (object(frame).is<at::Tensor>()) {  // x[i] = y writes through
          const Value given = value(frame);
          return (given.is<Number>() ? fill : copy)
              ->call(frame.context, {whole(frame), given}, pos);
        }
        Value given = value(frame);
        Value& item = target(frame);
        if (item.is<Number>() && given.is<Number>())
          given = convert(given.as<Number>(), item.as<Number>().kind);
        item = given;
        return given;
      };
    }
    return [target = place(*node.target), value, declared, pos](Frame& frame) {
      Value given = coerce(declared, value(frame), pos);
      Value& variable = target(frame);
      if (declared.kind == Type::Kind::kAuto && variable.is<Number>() && given.is<Number>())
        given = convert(given.as<Number>(), variable.as<Number>().kind);
      variable = given;
      return given;
    };
  }
  const char* name = tensor_operator(*node.op);
  auto in_place = name ? std::make_shared<OperatorSite>(std::string(name) + "_") : nullptr;
  return
      [op = *node.op, target = place(*node.target), value, in_place, pos](Frame& frame) -> Value {
        const Value given = value(frame);
        Value& variable = target(frame);
        if (variable.is<at::Tensor>() && in_place)
          return in_place->call(frame.context, {variable, given}, pos);
        Value next = apply_binary(frame.context, op, variable, given, nullptr, pos);
        if (variable.is<Number>() && next.is<Number>())
          next = convert(next.as<Number>(), variable.as<Number>().kind);
        return variable = next;
      };
}

}  // namespace cudal1::execute
