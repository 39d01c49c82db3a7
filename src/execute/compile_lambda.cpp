// Lambdas and AT_DISPATCH bodies: code that runs in the frame of the function around it.
#include <map>

#include "compiler.h"

namespace cudal1::execute {

using namespace program;

struct Compiler::Lambda {
  struct Parameter {
    Type type;
    size_t slot;
  };
  std::vector<Parameter> parameters;
  Exec body;
};

c10::ScalarType scalar_type_named(const std::string& name) {
  const auto constant = named_constant("ScalarType::" + name);
  return constant ? constant->as<c10::ScalarType>() : c10::ScalarType::Undefined;
}

std::shared_ptr<Compiler::Lambda> Compiler::compile_lambda(const LambdaExpr& node) {
  auto made = std::make_shared<Lambda>();
  scopes_.emplace_back();
  for (const Param& param : node.params) {
    const Type declared = type(param.type);
    made->parameters.push_back({declared, declare(param.name, declared)});
  }
  made->body = statement(*node.body);
  scopes_.pop_back();
  return made;
}

Eval Compiler::lambda(const LambdaExpr& node) {
  return [value = Value(Callable{compile_lambda(node)})](Frame&) { return value; };
}

namespace {

// Runs a body in the frame around it; its return ends the body, not the function.
Value run_nested(const Exec& body, Frame& frame) {
  Value outer = std::exchange(frame.result, Void{});
  body(frame);
  return std::exchange(frame.result, std::move(outer));
}

}  // namespace

Eval Compiler::dispatch(const DispatchExpr& node, SourcePos pos) {
  std::map<c10::ScalarType, Exec> bodies;
  for (const std::string& covered : node.scalar_types) {
    const c10::ScalarType scalar_type = scalar_type_named(covered);
    const auto num = num_of(scalar_type);
    if (!num) continue;  // complex types: no program here can hold them
    scopes_.emplace_back();
    bind_type(node.alias, number_type(*num));
    try {
      bodies[scalar_type] = statement(*node.body);
    } catch (const HostFailure& failure) {
      bodies[scalar_type] = [failure](Frame&) -> Flow { throw failure; };
    }
    scopes_.pop_back();
  }
  return [selector = expression(*node.selector), bodies = std::move(bodies), macro = node.macro,
          pos](Frame& frame) {
    const Value selected = selector(frame);
    if (!selected.is<c10::ScalarType>())
      throw HostFailure{"type", macro + " needs a scalar type, got " + describe(selected), pos};
    const auto found = bodies.find(selected.as<c10::ScalarType>());
    if (found == bodies.end())
      throw HostFailure{
          "check", macro + " does not cover " + c10::toString(selected.as<c10::ScalarType>()), pos};
    return run_nested(found->second, frame);
  };
}

Eval Compiler::call(const CallExpr& node, SourcePos pos) {
  if (const auto* callee = std::get_if<MemberExpr>(&node.callee->node))
    return method_call(*callee, node, pos);
  const auto* callee = std::get_if<NameExpr>(&node.callee->node);
  const Binding* bound = callee ? find(callee->name) : nullptr;
  if (callee && !(bound && bound->kind == Binding::Kind::kSlot))
    return named_call(*callee, node, pos);
  return [function = expression(*node.callee), args = expressions(node.args),
          outputs = writers(node.args), pos](Frame& frame) {
    const Value target = function(frame);
    Values given = evaluate(args, frame);
    Value result = call_lambda(target, given, frame, pos);
    write_back(outputs, given, frame);
    return result;
  };
}

Value Compiler::call_lambda(const Value& target, Values& arguments, Frame& frame, SourcePos pos) {
  if (!target.is<Callable>())
    throw HostFailure{"type", describe(target) + " cannot be called", pos};
  const auto& lambda = *static_cast<const Lambda*>(target.as<Callable>().lambda.get());
  const auto& parameters = lambda.parameters;
  if (arguments.size() != parameters.size())
    throw HostFailure{"type",
                      "the lambda takes " + std::to_string(parameters.size()) + " arguments, not " +
                          std::to_string(arguments.size()),
                      pos};
  for (size_t i = 0; i < arguments.size(); ++i)
    frame.slots[parameters[i].slot] = coerce(parameters[i].type, std::move(arguments[i]), pos);
  Value result = run_nested(lambda.body, frame);
  for (size_t i = 0; i < arguments.size(); ++i)
    arguments[i] = is_output(parameters[i].type) ? frame.slots[parameters[i].slot] : Value(Void{});
  return result;
}

}  // namespace cudal1::execute
