#include <ATen/ATen.h>

#include "compiler.h"
#include "number.h"
#include "vector_type.h"

namespace cudal1::execute {

using namespace program;

Eval Compiler::expression(const Expr& expression) {
  const SourcePos pos = expression.pos;
  return std::visit(
      [&](const auto& node) -> Eval {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, IntLiteral>) {
          const bool wide = node.is_long || node.value > INT32_MAX || node.value < INT32_MIN;
          const Num kind =
              node.is_unsigned
                  ? (wide && (node.is_long || node.value > UINT32_MAX) ? Num::kU64 : Num::kU32)
              : wide ? Num::kI64
                     : Num::kI32;
          return [value = Value(Number::of(node.value, kind))](Frame&) { return value; };
        } else if constexpr (std::is_same_v<Node, FloatLiteral>) {
          return [value = Value(convert(Number::real(node.value),
                                        node.is_float ? Num::kF32 : Num::kF64))](Frame&) {
            return value;
          };
        } else if constexpr (std::is_same_v<Node, BoolLiteral>) {
          return [value = Value(Number::boolean(node.value))](Frame&) { return value; };
        } else if constexpr (std::is_same_v<Node, StringLiteral>) {
          return [value = Value(node.value)](Frame&) { return value; };
        } else if constexpr (std::is_same_v<Node, NullLiteral>) {
          return [](Frame&) { return Value(Null{}); };
        } else if constexpr (std::is_same_v<Node, NameExpr>)
          return name(node, pos);
        else if constexpr (std::is_same_v<Node, UnaryExpr>)
          return unary(node, pos);
        else if constexpr (std::is_same_v<Node, BinaryExpr>)
          return binary(node, pos);
        else if constexpr (std::is_same_v<Node, AssignExpr>)
          return assign(node, pos);
        else if constexpr (std::is_same_v<Node, ConditionalExpr>) {
          return
              [condition = this->expression(*node.condition), then = this->expression(*node.then),
               otherwise = this->expression(*node.otherwise), pos](Frame& frame) {
                return truthy(condition(frame), pos) ? then(frame) : otherwise(frame);
              };
        } else if constexpr (std::is_same_v<Node, MemberExpr>)
          return member(node, pos);
        else if constexpr (std::is_same_v<Node, CallExpr>)
          return call(node, pos);
        else if constexpr (std::is_same_v<Node, IndexExpr>)
          return index(node, pos);
        else if constexpr (std::is_same_v<Node, CastExpr>)
          return cast(node, pos);
        else if constexpr (std::is_same_v<Node, InitListExpr>)
          return init_list(node, pos);
        else if constexpr (std::is_same_v<Node, SizeOfExpr>)
          return size_of(node, pos);
        else if constexpr (std::is_same_v<Node, LambdaExpr>)
          return lambda(node);
        else if constexpr (std::is_same_v<Node, LaunchExpr>)
          return launch(node, pos);
        else
          return dispatch(node, pos);
      },
      expression.node);
}

Eval Compiler::name(const NameExpr& node, SourcePos pos) {
  if (const Binding* binding = find(node.name)) {
    if (binding->kind == Binding::Kind::kSlot)
      return [slot = binding->slot](Frame& frame) { return frame.slots[slot]; };
    if (binding->kind == Binding::Kind::kConstant)
      return [value = binding->constant](Frame&) { return value; };
  }
  if (node.name.starts_with("std::is_same")) {
    const std::vector<EvalTArg> types = template_arguments(node.template_args);
    if (types.size() != 2) throw HostFailure{"type", "std::is_same compares two types", pos};
    return [types, pos](Frame& frame) -> Value {
      const TArg a = types[0](frame), b = types[1](frame);
      return Number::boolean(a.type && b.type && *a.type == *b.type);
    };
  }
  if (node.name == "__func__" || node.name == "__FUNCTION__")
    return [text = Value(instance_.name)](Frame&) { return text; };
  if (const auto constant = named_constant(node.name))
    return [value = *constant](Frame&) { return value; };
  throw HostFailure{"name", "'" + node.name + "' is not declared", pos};
}

Eval Compiler::unary(const UnaryExpr& node, SourcePos pos) {
  switch (node.op) {
    case UnaryOp::kPreIncrement:
    case UnaryOp::kPreDecrement:
    case UnaryOp::kPostIncrement:
    case UnaryOp::kPostDecrement:
      return step(node, pos);
    case UnaryOp::kAddressOf: {
      // Of an element: a pointer into the list. Of a variable: see builtin_call, which writes it
      // back.
      if (const auto* element = std::get_if<IndexExpr>(&node.operand->node))
        return [object = expression(*element->object), at = expression(*element->indices.at(0)),
                pos](Frame& frame) -> Value {
          const Value list = object(frame), index = at(frame);
          if (list.is<Pointer>() && index.is<Number>())
            return apply_binary(frame.context, BinaryOp::kAdd, list, index, nullptr, pos);
          if (!list.is<Vector>() || !index.is<Number>())
            throw HostFailure{"unsupported", "the address of this element", pos};
          return Pointer{reinterpret_cast<std::byte*>(index.as<Number>().as_int()),
                         list.as<Vector>().element, list.as<Vector>().items};
        };
      return [operand = expression(*node.operand)](Frame& frame) -> Value {
        Value value = operand(frame);
        if (value.is<Properties>() || value.is<Vector>()) return value;
        return Pointer{nullptr, nullptr, std::make_shared<Values>(Values{std::move(value)})};
      };
    }
    default:
      break;
  }
  return [op = node.op, operand = expression(*node.operand),
          negate_tensor = std::make_shared<OperatorSite>("neg"),
          not_tensor = std::make_shared<OperatorSite>("logical_not"), pos](Frame& frame) -> Value {
    Value value = operand(frame);
    switch (op) {
      case UnaryOp::kNot:
        if (value.is<at::Tensor>()) return not_tensor->call(frame.context, {value}, pos);
        return Number::boolean(!truthy(value, pos));
      case UnaryOp::kNegate:
        if (value.is<at::Tensor>()) return negate_tensor->call(frame.context, {value}, pos);
        if (value.is<Number>()) return negate(value.as<Number>());
        break;
      case UnaryOp::kPlus:
        return value;
      case UnaryOp::kBitNot:
        if (value.is<Number>())
          return arithmetic(BinaryOp::kBitXor, value.as<Number>(), Number::of(-1), pos);
        break;
      case UnaryOp::kDereference:
        if (value.is<Pointer>() && value.as<Pointer>().array) {
          const auto i = reinterpret_cast<size_t>(value.as<Pointer>().address);
          if (i < value.as<Pointer>().array->size()) return (*value.as<Pointer>().array)[i];
        } else if (!value.is<Pointer>() && !value.is<Null>()) {
          return value;  // *optional
        }
        break;
      default:
        break;
    }
    throw HostFailure{"type",
                      "this operator does not take " + describe(value) +
                          (value.is<Pointer>() ? ": host code cannot read a tensor's memory" : ""),
                      pos};
  };
}

namespace {

bool is_output_stream(const Expr& expression) {
  if (const auto* name = std::get_if<NameExpr>(&expression.node))
    return name->name == "std::cerr" || name->name == "std::cout" || name->name == "std::clog" ||
           name->name == "cout" || name->name == "cerr";
  const auto* binary = std::get_if<BinaryExpr>(&expression.node);
  return binary && binary->op == BinaryOp::kShl && is_output_stream(*binary->left);
}

}  // namespace

Eval Compiler::binary(const BinaryExpr& node, SourcePos pos) {
  if (node.op == BinaryOp::kShl && is_output_stream(*node.left))
    return [](Frame&) { return Value(Void{}); };
  Eval left = expression(*node.left), right = expression(*node.right);
  switch (node.op) {
    case BinaryOp::kAnd:
      return [left, right, pos](Frame& frame) -> Value {
        return Number::boolean(truthy(left(frame), pos) && truthy(right(frame), pos));
      };
    case BinaryOp::kOr:
      return [left, right, pos](Frame& frame) -> Value {
        return Number::boolean(truthy(left(frame), pos) || truthy(right(frame), pos));
      };
    case BinaryOp::kComma:
      return [left, right](Frame& frame) { return left(frame), right(frame); };
    default:
      break;
  }
  const char* name = tensor_operator(node.op);
  return [op = node.op, left, right, site = name ? std::make_shared<OperatorSite>(name) : nullptr,
          pos](Frame& frame) {
    const Value a = left(frame);
    return apply_binary(frame.context, op, a, right(frame), site.get(), pos);
  };
}

namespace {

std::optional<Value> property(const DeviceProperties& p, const std::string& field) {
  const std::unordered_map<std::string, Number> kFields = {
      {"multiProcessorCount", Number::of(p.multi_processor_count, Num::kI32)},
      {"maxThreadsPerBlock", Number::of(p.max_threads_per_block, Num::kI32)},
      {"maxThreadsPerMultiProcessor", Number::of(p.max_threads_per_multi_processor, Num::kI32)},
      {"warpSize", Number::of(p.warp_size, Num::kI32)},
      {"regsPerBlock", Number::of(p.registers_per_block, Num::kI32)},
      {"sharedMemPerBlock", Number::of(int64_t(p.shared_memory_per_block), Num::kU64)},
      {"sharedMemPerBlockOptin", Number::of(int64_t(p.shared_memory_per_block_optin), Num::kU64)},
      {"sharedMemPerMultiprocessor",
       Number::of(int64_t(p.shared_memory_per_multi_processor), Num::kU64)},
      {"totalGlobalMem", Number::of(int64_t(p.total_global_memory), Num::kU64)},
      {"l2CacheSize", Number::of(int64_t(p.l2_bytes), Num::kI32)},
      {"clockRate", Number::of(p.clock_khz, Num::kI32)},
      {"regsPerMultiprocessor", Number::of(p.registers_per_block, Num::kI32)},
      {"reservedSharedMemPerBlock", Number::of(1024, Num::kU64)},  // since Ampere
      {"totalConstMem", Number::of(65536, Num::kU64)},
      {"concurrentKernels", Number::of(1, Num::kI32)},
      {"cooperativeLaunch", Number::of(1, Num::kI32)},
      {"unifiedAddressing", Number::of(1, Num::kI32)},
      {"managedMemory", Number::of(1, Num::kI32)},
      {"integrated", Number::of(0, Num::kI32)},
      {"canMapHostMemory", Number::of(1, Num::kI32)},
      {"major", Number::of(p.major, Num::kI32)},
      {"minor", Number::of(p.minor, Num::kI32)}};
  const auto found = kFields.find(field);
  if (found != kFields.end()) return Value(found->second);
  if (field == "name") return Value(p.name);
  const int grid_limits[] = {2147483647, 65535, 65535}, block_limits[] = {1024, 1024, 64};
  if (field == "maxGridSize" || field == "maxThreadsDim") {
    Values items;
    for (int i = 0; i < 3; ++i)
      items.push_back(
          Number::of(field == "maxGridSize" ? grid_limits[i] : block_limits[i], Num::kI32));
    return Value(make_vector(std::move(items)));
  }
  return std::nullopt;
}

}  // namespace

Eval Compiler::member(const MemberExpr& node, SourcePos pos) {
  return [object = expression(*node.object), field = node.name, pos](Frame& frame) -> Value {
    const Value owner = object(frame);
    if (owner.is<Dim3>() && field.size() == 1) {
      const Dim3& dim = owner.as<Dim3>();
      if (field == "x") return Number::of(dim.x, Num::kU32);
      if (field == "y") return Number::of(dim.y, Num::kU32);
      if (field == "z") return Number::of(dim.z, Num::kU32);
    }
    const auto component = component_index(field);
    if (owner.is<Vector>() && component && *component < owner.as<Vector>().items->size())
      return (*owner.as<Vector>().items)[*component];
    if (owner.is<Properties>())
      if (const auto value = property(*owner.as<Properties>().value, field)) return *value;
    if (owner.is<Tuple>() && owner.as<Tuple>().items->size() == 2) {
      if (field == "first") return owner.as<Tuple>().items->front();
      if (field == "second") return owner.as<Tuple>().items->back();
    }
    throw HostFailure{"type", describe(owner) + " has no member " + field, pos};
  };
}

Eval Compiler::index(const IndexExpr& node, SourcePos pos) {
  return [object = expression(*node.object), at = expression(*node.indices.at(0)),
          select = std::make_shared<OperatorSite>("select"), pos](Frame& frame) -> Value {
    const Value owner = object(frame), index = at(frame);
    if (owner.is<at::Tensor>() && index.is<Number>())
      return select->call(frame.context, {owner, Number::of(0), index}, pos);
    const Values* items = owner.is<Vector>() ? owner.as<Vector>().items.get()
                          : owner.is<Pointer>() && owner.as<Pointer>().array
                              ? owner.as<Pointer>().array.get()
                              : nullptr;
    if (!items || !index.is<Number>())
      throw HostFailure{
          "type",
          "cannot index " + describe(owner) + " with " + describe(index) +
              (owner.is<Pointer>() ? ": host code cannot read a tensor's memory" : ""),
          pos};
    const int64_t base =
        owner.is<Pointer>() ? int64_t(reinterpret_cast<intptr_t>(owner.as<Pointer>().address)) : 0;
    const int64_t i = base + index.as<Number>().as_int();
    if (i < 0 || size_t(i) >= items->size())
      throw HostFailure{
          "check", "index " + std::to_string(i) + " of a list of " + std::to_string(items->size()),
          pos};
    return (*items)[size_t(i)];
  };
}

Eval Compiler::cast(const CastExpr& node, SourcePos pos) {
  const Type target = type(node.type);
  std::vector<Eval> args = expressions(node.args);
  if (args.size() == 1 && target.kind == Type::Kind::kAuto) return args[0];
  if (args.size() == 1 && target.kind == Type::Kind::kVoid) return args[0];
  const bool named = target.kind == Type::Kind::kOpaque;  // using torch::indexing::Slice;
  if (const Builtin builtin = named ? find_function_builtin(target.name) : Builtin())
    return [builtin, args, interpreter = &interpreter_, pos](Frame& frame) {
      Values values = evaluate(args, frame);
      return builtin(Call{*interpreter, frame.context, {}, pos}, values);
    };
  return [target, args, pos](Frame& frame) {
    return construct(target, evaluate(args, frame), false, pos);
  };
}

Eval Compiler::init_list(const InitListExpr& node, SourcePos pos) {
  std::vector<Eval> elements = expressions(node.elements);
  if (node.type.empty())
    return [elements](Frame& frame) -> Value { return make_vector(evaluate(elements, frame)); };
  return [target = type(node.type), elements, pos](Frame& frame) {
    return construct(target, evaluate(elements, frame), true, pos);
  };
}

Eval Compiler::size_of(const SizeOfExpr& node, SourcePos pos) {
  if (!node.operand) {
    // sizeof(name) may be of a variable: the parser cannot tell it from a type
    const Binding* bound = find(node.type.name);
    if (!bound || bound->kind == Binding::Kind::kType) {
      const auto bytes = device_size(type(node.type));
      if (!bytes)
        throw HostFailure{"type", "the size of " + to_string(node.type) + " is not known", pos};
      return [value = Value(Number::of(*bytes, Num::kU64))](Frame&) { return value; };
    }
  }
  Eval operand = node.operand ? expression(*node.operand) : name(NameExpr{node.type.name, {}}, pos);
  return [operand, pos](Frame& frame) -> Value {
    const Value value = operand(frame);
    if (value.is<Number>()) return Number::of(execute::size_of(value.as<Number>().kind), Num::kU64);
    if (value.is<Pointer>()) return Number::of(8, Num::kU64);
    if (value.is<Vector>() && value.as<Vector>().element)
      if (const auto bytes = device_size(*value.as<Vector>().element))
        return Number::of(int64_t(*bytes * value.as<Vector>().items->size()), Num::kU64);
    throw HostFailure{"type", "the size of " + describe(value) + " is not known", pos};
  };
}

}  // namespace cudal1::execute
