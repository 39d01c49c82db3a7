// Calls of functions by name.
#include "compiler.h"

namespace cudal1::execute {

using namespace program;

namespace {

// Macros around a call of CUDA's run time: the call inside is what counts.
bool is_error_check(const std::string& name) {
  for (const char* known : {"C10_CUDA_CHECK", "AT_CUDA_CHECK", "CUDA_CHECK", "TORCH_CUDA_CHECK",
                            "THCudaCheck", "C10_CUDA_CHECK_WARN", "C10_CUDA_IGNORE_ERROR"})
    if (name == known) return true;
  return false;
}

}  // namespace

Eval Compiler::named_call(const NameExpr& callee, const CallExpr& node, SourcePos pos) {
  const std::string& name = callee.name;
  if (is_check(name)) return check_call(callee, node, pos);
  if (interpreter_.has_function(name)) return host_call(name, callee, node, pos);
  if (name == "cudaMemcpyToSymbol" || name == "cudaMemcpyToSymbolAsync")
    return symbol_copy(node, pos);
  if (name.starts_with("cudaOccupancyMaxActiveBlocksPerMultiprocessor"))
    return occupancy_call(node, pos);
  if (name == "cudaOccupancyMaxPotentialBlockSize") return block_size_call(node, pos);
  if (is_error_check(name))
    return node.args.empty() ? [](Frame&) { return Value(Void{}); } : expression(*node.args[0]);
  if ((name == "std::swap" || name == "swap") && node.args.size() == 2)
    return [a = place(*node.args[0]), b = place(*node.args[1])](Frame& frame) -> Value {
      std::swap(a(frame), b(frame));
      return Void{};
    };
  if (is_without_effect(name)) return [](Frame&) { return Value(Number::of(0, Num::kI32)); };
  if (number_named(name) || (find(name) && find(name)->kind == Binding::Kind::kType)) {
    TypeRef target;
    target.name = name;
    target.pos = pos;
    return [to = type(target), args = expressions(node.args), pos](Frame& frame) {
      return construct(to, evaluate(args, frame), false, pos);
    };
  }
  if (const Builtin builtin = find_function_builtin(name)) {
    const bool tensors_too = name == "max" || name == "min" || name == "abs" || name == "pow" ||
                             name == "sqrt" || name == "exp";
    if (!tensors_too || operator_name(name).empty())
      return algorithm_call(callee, node, builtin_call(builtin, callee, node, pos), pos);
  }
  if (Eval algorithm = algorithm_call(callee, node, {}, pos)) return algorithm;
  const std::string op = operator_name(name);
  if (!op.empty() && operator_exists(op)) return operator_call(op, node, pos);
  // A construction: torch::Tensor(), std::vector<int64_t>(3), at::IntArrayRef(…), a guard.
  TypeRef written;
  written.name = name;
  written.args = callee.template_args;
  written.pos = pos;
  const Type made = type(written);
  const bool functor = name.starts_with("std::multiplies") || name.starts_with("std::plus");
  if (made.kind != Type::Kind::kOpaque || functor)
    return [made, args = expressions(node.args), pos](Frame& frame) {
      return construct(made, evaluate(args, frame), false, pos);
    };
  throw HostFailure{"name", "there is no function '" + name + "'", pos};
}

Eval Compiler::builtin_call(Builtin builtin, const NameExpr& callee, const CallExpr& node,
                            SourcePos pos) {
  // &variable: the callee writes to a temporary, which is copied back.
  struct WriteBack {
    size_t argument;
    Place target;
  };
  std::vector<WriteBack> outputs;
  for (size_t i = 0; i < node.args.size(); ++i)
    if (const auto* unary = std::get_if<UnaryExpr>(&node.args[i]->node))
      if (unary->op == UnaryOp::kAddressOf &&
          std::holds_alternative<NameExpr>(unary->operand->node))
        outputs.push_back({i, place(*unary->operand)});
  return [builtin, args = expressions(node.args), targs = template_arguments(callee.template_args),
          outputs, interpreter = &interpreter_, pos](Frame& frame) {
    Values values = evaluate(args, frame);
    std::vector<std::shared_ptr<Values>> written;
    for (const WriteBack& output : outputs)
      written.push_back(values[output.argument].is<Pointer>()
                            ? values[output.argument].as<Pointer>().array
                            : nullptr);
    const TArgs known = evaluate(targs, frame);
    Value result = builtin(Call{*interpreter, frame.context, known, pos}, values);
    for (size_t i = 0; i < outputs.size(); ++i)
      if (written[i] && !written[i]->empty()) outputs[i].target(frame) = written[i]->front();
    return result;
  };
}

Eval Compiler::operator_call(const std::string& name, const CallExpr& node, SourcePos pos) {
  if (const char* why = refusal(name))
    throw HostFailure{"refused_operator", "aten::" + name + " is refused: " + why, pos};
  return [site = std::make_shared<OperatorSite>(name), args = expressions(node.args),
          pos](Frame& frame) {
    const Values values = evaluate(args, frame);
    frame.context.at = pos;
    return site->call(frame.context, values, pos);
  };
}

Eval Compiler::host_call(const std::string& name, const NameExpr& callee, const CallExpr& node,
                         SourcePos pos) {
  return [name = name, args = expressions(node.args),
          targs = template_arguments(callee.template_args), outputs = writers(node.args),
          interpreter = &interpreter_, pos](Frame& frame) {
    Values arguments = evaluate(args, frame);
    Value result = interpreter->call(name, evaluate(targs, frame), arguments, pos, frame.depth + 1);
    write_back(outputs, arguments, frame);
    return result;
  };
}

}  // namespace cudal1::execute
