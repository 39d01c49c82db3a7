#include <cstring>

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

EvalTArg Compiler::template_argument(const TemplateArg& arg) {
  if (arg.type) {
    // A bare name may be a value after all.
    const Binding* bound =
        arg.type->pointers == 0 && arg.type->args.empty() ? find(arg.type->name) : nullptr;
    const bool is_value = (bound && bound->kind != Binding::Kind::kType) ||
                          (!bound && arg.type->args.empty() && named_constant(arg.type->name));
    if (!is_value) {
      TArg value;
      value.type = type(*arg.type);
      return [value](Frame&) { return value; };
    }
    return [value = name(NameExpr{arg.type->name, {}}, arg.type->pos),
            pos = arg.type->pos](Frame& frame) {
      const Value number = value(frame);
      if (!number.is<Number>())
        throw HostFailure{"type", "a template argument must be a number, got " + describe(number),
                          pos};
      TArg made;
      made.number = number.as<Number>();
      return made;
    };
  }
  return [value = expression(*arg.expr), pos = arg.expr->pos](Frame& frame) {
    const Value number = value(frame);
    if (!number.is<Number>())
      throw HostFailure{"type", "a template argument must be a number, got " + describe(number),
                        pos};
    TArg made;
    made.number = number.as<Number>();
    return made;
  };
}

std::vector<EvalTArg> Compiler::template_arguments(const std::vector<TemplateArg>& args) {
  std::vector<EvalTArg> made;
  for (const TemplateArg& arg : args) made.push_back(template_argument(arg));
  return made;
}

Eval Compiler::method_call(const MemberExpr& callee, const CallExpr& node, SourcePos pos) {
  const std::string& name = callee.name;
  Eval object = expression(*callee.object);
  std::vector<Eval> args = expressions(node.args);
  const Builtin builtin = find_method_builtin(name);
  auto targs = template_arguments(callee.template_args);
  auto site = operator_exists(name == "toType" ? "to" : name)
                  ? std::make_shared<OperatorSite>(name == "toType" ? "to" : name)
                  : nullptr;
  if (name == "cuda" || name == "cpu") site = std::make_shared<OperatorSite>("to");
  if (!builtin && !site) throw HostFailure{"name", "tensors have no method '" + name + "'", pos};
  return [=, this_interpreter = &interpreter_](Frame& frame) -> Value {
    Values values;
    values.reserve(args.size() + 1);
    values.push_back(object(frame));
    for (const Eval& arg : args) values.push_back(arg(frame));
    const TArgs known = evaluate(targs, frame);
    const Call call{*this_interpreter, frame.context, known, pos};
    const Value& self = values[0];
    if (self.is<Number>() && name == "to" && !known.empty() && known[0].type)
      return coerce(*known[0].type, self, pos);
    if (self.is<c10::Device>() && name == "index")
      return find_method_builtin("index_")(call, values);
    if (self.is<Opaque>() || self.is<Stream>())
      return name == "stream" ? Value(Stream{}) : Value(Void{});
    if (self.is<at::Tensor>() && (name == "cuda" || name == "cpu")) {
      frame.context.at = pos;
      return site->call(frame.context,
                        {self, c10::TensorOptions(name == "cuda" ? c10::kCUDA : c10::kCPU),
                         Number::boolean(false), Number::boolean(false), Null{}},
                        pos);
    }
    const bool operator_first =
        self.is<at::Tensor>() && site &&
        (!builtin || name == "resize" || name == "insert" || (name == "data" && known.empty()));
    if (builtin && !operator_first) return builtin(call, values);
    if (!site) throw HostFailure{"type", describe(self) + " has no member " + name, pos};
    if (!self.is<at::Tensor>())
      throw HostFailure{"type", describe(self) + " has no member " + name, pos};
    if (!self.as<at::Tensor>().defined())
      throw HostFailure{"check", name + " of an undefined tensor", pos};
    frame.context.at = pos;
    return site->call(frame.context, values, pos);
  };
}

namespace {

bool is_check(const std::string& name) {
  static const char* const kNames[] = {"TORCH_CHECK",
                                       "AT_ASSERTM",
                                       "AT_ASSERT",
                                       "AT_CHECK",
                                       "TORCH_INTERNAL_ASSERT",
                                       "TORCH_INTERNAL_ASSERT_DEBUG_ONLY",
                                       "TORCH_CHECK_VALUE",
                                       "TORCH_CHECK_TYPE",
                                       "TORCH_CHECK_INDEX",
                                       "TORCH_CHECK_NOT_IMPLEMENTED",
                                       "TORCH_CHECK_ARG"};
  for (const char* known : kNames)
    if (name == known) return true;
  return false;
}

std::optional<BinaryOp> comparing_check(const std::string& name) {
  static const std::unordered_map<std::string, BinaryOp> kNames = {
      {"TORCH_CHECK_EQ", BinaryOp::kEqual},   {"TORCH_CHECK_NE", BinaryOp::kNotEqual},
      {"TORCH_CHECK_LT", BinaryOp::kLess},    {"TORCH_CHECK_LE", BinaryOp::kLessEqual},
      {"TORCH_CHECK_GT", BinaryOp::kGreater}, {"TORCH_CHECK_GE", BinaryOp::kGreaterEqual}};
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

// As a stream prints it.
std::string printed(const Value& value) {
  if (value.is<std::string>()) return value.as<std::string>();
  const std::string text = describe(value);
  return value.is<Number>() ? text.substr(text.rfind(' ') + 1) : text;
}

std::string joined_text(const Values& parts) {
  std::string text;
  for (const Value& part : parts) text += printed(part);
  return text;
}

}  // namespace

Eval Compiler::check_call(const NameExpr& callee, const CallExpr& node, SourcePos pos) {
  if (callee.name == "AT_ERROR" || callee.name == "TORCH_CHECK_FAIL")
    return [parts = expressions(node.args), pos](Frame& frame) -> Value {
      throw HostFailure{"check", joined_text(evaluate(parts, frame)), pos};
    };
  if (const auto op = comparing_check(callee.name)) {
    std::vector<Eval> sides = expressions(node.args);
    return [sides, op = *op, name = callee.name, pos](Frame& frame) -> Value {
      const Value a = sides.at(0)(frame), b = sides.at(1)(frame);
      if (truthy(apply_binary(frame.context, op, a, b, nullptr, pos), pos)) return Void{};
      throw HostFailure{"check", name + " failed: " + describe(a) + " and " + describe(b), pos};
    };
  }
  Eval condition = expression(*node.args.at(0));
  // The message is only worth building, or even understanding, when the check fails.
  std::vector<Eval> parts;
  for (size_t i = 1; i < node.args.size(); ++i) {
    try {
      parts.push_back(expression(*node.args[i]));
    } catch (const HostFailure&) {
      parts.push_back([](Frame&) { return Value(std::string("…")); });
    }
  }
  return [condition, parts, pos](Frame& frame) -> Value {
    if (truthy(condition(frame), pos)) return Void{};
    const std::string text = joined_text(evaluate(parts, frame));
    throw HostFailure{
        "check", text.empty() ? "a check of the program failed" : "check failed: " + text, pos};
  };
}

Eval Compiler::named_call(const NameExpr& callee, const CallExpr& node, SourcePos pos) {
  const std::string& name = callee.name;
  if (is_check(name) || comparing_check(name) || name == "AT_ERROR")
    return check_call(callee, node, pos);
  if (interpreter_.has_function(name)) return host_call(name, callee, node, pos);
  if (name == "cudaMemcpyToSymbol" || name == "cudaMemcpyToSymbolAsync")
    return symbol_copy(node, pos);
  if (name.starts_with("cudaOccupancyMaxActiveBlocksPerMultiprocessor"))
    return occupancy_call(node, pos);
  if (name == "C10_CUDA_CHECK" || name == "AT_CUDA_CHECK" || name == "CUDA_CHECK" ||
      name == "TORCH_CUDA_CHECK")
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
      return builtin_call(builtin, callee, node, pos);
  }
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
  return
      [name = name, args = expressions(node.args), targs = template_arguments(callee.template_args),
       interpreter = &interpreter_, pos](Frame& frame) {
        return interpreter->call(name, evaluate(targs, frame), evaluate(args, frame), pos,
                                 frame.depth + 1);
      };
}

namespace {

// The bytes of a host array, each element at the width of its declared type.
std::vector<std::byte> bytes_of(const Values& items, size_t first, const Type* element,
                                SourcePos pos) {
  std::vector<std::byte> bytes;
  for (size_t i = first; i < items.size(); ++i) {
    if (items[i].is<Vector>()) {
      const Vector& row = items[i].as<Vector>();
      const auto inner = bytes_of(*row.items, 0, row.element ? row.element.get() : element, pos);
      bytes.insert(bytes.end(), inner.begin(), inner.end());
      continue;
    }
    if (!items[i].is<Number>())
      throw HostFailure{"type", "cannot copy " + describe(items[i]) + " to the device", pos};
    const bool known = element && element->kind == Type::Kind::kNumber;
    const Number number =
        known ? convert(items[i].as<Number>(), element->num) : items[i].as<Number>();
    KernelArguments packed;
    const uint32_t size = size_of(number.kind);
    if (number.kind == Num::kF32) {
      const float value = float(number.d);
      packed.add(&value, 4, 1);
    } else if (number.kind == Num::kF64) {
      packed.add(&number.d, 8, 1);
    } else if (!number.floating()) {
      packed.add(&number.i, size, 1);
    } else {
      throw HostFailure{"unsupported", "copying half-precision host arrays to the device", pos};
    }
    bytes.insert(bytes.end(), packed.bytes.begin(), packed.bytes.end());
  }
  return bytes;
}

std::string symbol_name(const Expr& expression) {
  if (const auto* name = std::get_if<NameExpr>(&expression.node)) return name->name;
  if (const auto* unary = std::get_if<UnaryExpr>(&expression.node);
      unary && unary->op == UnaryOp::kAddressOf)
    return symbol_name(*unary->operand);
  if (const auto* index = std::get_if<IndexExpr>(&expression.node))
    return symbol_name(*index->object);
  return "";
}

}  // namespace

Eval Compiler::symbol_copy(const CallExpr& node, SourcePos pos) {
  if (node.args.size() < 3)
    throw HostFailure{"type", "cudaMemcpyToSymbol takes a symbol, a source and a number of bytes",
                      pos};
  const std::string symbol = symbol_name(*node.args[0]);
  if (symbol.empty())
    throw HostFailure{"type", "cudaMemcpyToSymbol takes the name of a device variable", pos};
  std::vector<Eval> rest;
  for (size_t i = 1; i < node.args.size(); ++i) rest.push_back(expression(*node.args[i]));
  return [symbol, rest, interpreter = &interpreter_, pos](Frame& frame) -> Value {
    const Values values = evaluate(rest, frame);
    frame.context.at = pos;
    if (!values[1].is<Number>())
      throw HostFailure{"type", "the number of bytes must be an integer", pos};
    const auto count = uint64_t(values[1].as<Number>().as_int());
    const uint64_t offset =
        values.size() > 2 && values[2].is<Number>() ? uint64_t(values[2].as<Number>().as_int()) : 0;
    if (values[0].is<Pointer>() && values[0].as<Pointer>().address &&
        !values[0].as<Pointer>().array) {
      interpreter->copy_to_symbol(symbol, values[0].as<Pointer>().address, count, offset, false,
                                  pos);
      return Number::of(0, Num::kI32);
    }
    const bool pointer = values[0].is<Pointer>() && values[0].as<Pointer>().array;
    if (!pointer && !values[0].is<Vector>())
      throw HostFailure{"type", "cannot copy from " + describe(values[0]), pos};
    const Values& items = pointer ? *values[0].as<Pointer>().array : *values[0].as<Vector>().items;
    const Type* element =
        pointer ? values[0].as<Pointer>().pointee.get() : values[0].as<Vector>().element.get();
    const size_t first = pointer ? reinterpret_cast<size_t>(values[0].as<Pointer>().address) : 0;
    const std::vector<std::byte> bytes = bytes_of(items, first, element, pos);
    if (bytes.size() < count)
      throw HostFailure{"check",
                        "cudaMemcpyToSymbol of " + std::to_string(count) +
                            " bytes from an array of " + std::to_string(bytes.size()),
                        pos};
    interpreter->copy_to_symbol(symbol, bytes.data(), count, offset, true, pos);
    return Number::of(0, Num::kI32);
  };
}

Eval Compiler::occupancy_call(const CallExpr& node, SourcePos pos) {
  const auto* kernel = node.args.size() >= 4 ? std::get_if<NameExpr>(&node.args[1]->node) : nullptr;
  const auto* out = node.args.size() >= 4 ? std::get_if<UnaryExpr>(&node.args[0]->node) : nullptr;
  const Kernel* found = kernel ? interpreter_.program().find_kernel(kernel->name) : nullptr;
  if (!found || !out || out->op != UnaryOp::kAddressOf)
    throw HostFailure{
        "type",
        "cudaOccupancyMaxActiveBlocksPerMultiprocessor takes (&blocks, kernel, threads, bytes)",
        pos};
  return [found, target = place(*out->operand), targs = template_arguments(kernel->template_args),
          threads = expression(*node.args[2]), shared = expression(*node.args[3]),
          interpreter = &interpreter_, pos](Frame& frame) -> Value {
    const Value t = threads(frame), s = shared(frame);
    if (!t.is<Number>() || !s.is<Number>())
      throw HostFailure{"type", "threads and bytes must be integers", pos};
    const int blocks =
        interpreter->occupancy(*found, evaluate(targs, frame), int(t.as<Number>().as_int()),
                               uint64_t(s.as<Number>().as_int()), pos);
    target(frame) = Number::of(blocks, Num::kI32);
    return Number::of(0, Num::kI32);
  };
}

}  // namespace cudal1::execute
