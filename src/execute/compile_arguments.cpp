// Arguments of calls and of templates.
#include "compiler.h"

namespace cudal1::execute {

using namespace program;

TArgs evaluate(const std::vector<EvalTArg>& args, Frame& frame) {
  TArgs values;
  values.reserve(args.size());
  for (const EvalTArg& arg : args) values.push_back(arg(frame));
  return values;
}

Values evaluate(const std::vector<Eval>& expressions, Frame& frame) {
  Values values;
  values.reserve(expressions.size());
  for (const Eval& expression : expressions) values.push_back(expression(frame));
  return values;
}

std::vector<Eval> Compiler::expressions(const std::vector<ExprPtr>& nodes) {
  std::vector<Eval> made;
  made.reserve(nodes.size());
  for (const ExprPtr& node : nodes) made.push_back(expression(*node));
  return made;
}

namespace {

// Evaluated twice, it is the same both times.
bool is_plain(const Expr& expression) {
  return std::holds_alternative<NameExpr>(expression.node) ||
         std::holds_alternative<IntLiteral>(expression.node);
}

}  // namespace

Compiler::Writer Compiler::writer(const Expr& expression) {
  if (const auto* name = std::get_if<NameExpr>(&expression.node)) {
    const Binding* bound = find(name->name);
    if (!bound || bound->kind != Binding::Kind::kSlot) return {};
    return
        [slot = bound->slot](Frame& frame, Value value) { frame.slots[slot] = std::move(value); };
  }
  const auto* element = std::get_if<IndexExpr>(&expression.node);
  if (!element || !is_plain(*element->object) || !is_plain(*element->indices.at(0))) return {};
  return [list = this->expression(*element->object), target = place(expression)](Frame& frame,
                                                                                 Value value) {
    if (!list(frame).is<at::Tensor>()) target(frame) = std::move(value);
  };
}

std::vector<Compiler::Writer> Compiler::writers(const std::vector<ExprPtr>& nodes) {
  std::vector<Writer> made;
  for (const ExprPtr& node : nodes) made.push_back(writer(*node));
  return made;
}

void Compiler::write_back(const std::vector<Writer>& writers, Values& left, Frame& frame) {
  for (size_t i = 0; i < writers.size(); ++i)
    if (writers[i] && !left[i].is<Void>()) writers[i](frame, std::move(left[i]));
}

namespace {

EvalTArg number_argument(Eval value, SourcePos pos) {
  return [value = std::move(value), pos](Frame& frame) {
    const Value number = value(frame);
    if (!number.is<Number>())
      throw HostFailure{"type", "a template argument must be a number, got " + describe(number),
                        pos};
    TArg made;
    made.number = number.as<Number>();
    return made;
  };
}

}  // namespace

EvalTArg Compiler::template_argument(const TemplateArg& arg) {
  if (!arg.type) return number_argument(expression(*arg.expr), arg.expr->pos);
  // A bare name may be a value after all.
  const Binding* bound =
      arg.type->pointers == 0 && arg.type->args.empty() ? find(arg.type->name) : nullptr;
  const bool is_value = (bound && bound->kind != Binding::Kind::kType) ||
                        (!bound && arg.type->args.empty() && named_constant(arg.type->name));
  if (is_value)
    return number_argument(name(NameExpr{arg.type->name, {}}, arg.type->pos), arg.type->pos);
  TArg value;
  value.type = type(*arg.type);
  return [value](Frame&) { return value; };
}

std::vector<EvalTArg> Compiler::template_arguments(const std::vector<TemplateArg>& args) {
  std::vector<EvalTArg> made;
  for (const TemplateArg& arg : args) made.push_back(template_argument(arg));
  return made;
}

}  // namespace cudal1::execute
