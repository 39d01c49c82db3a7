// Launches: geometry, template arguments and kernel parameters.
#include "compiler.h"
#include "vector_type.h"

namespace cudal1::execute {

using namespace program;

std::string TArg::text() const {
  if (type) return to_string(*type);
  if (number->kind == Num::kBool) return number->truthy() ? "true" : "false";
  return std::to_string(number->as_int());
}

namespace {

Dim3 to_dim(const Value& value, const char* what, SourcePos pos) {
  if (value.is<Dim3>()) return value.as<Dim3>();
  Type type;
  type.kind = Type::Kind::kDim3;
  type.name = what;
  if (value.is<Number>()) {
    const int64_t extent = value.as<Number>().as_int();
    if (extent < 0 || extent > INT64_C(0xffffffff))
      throw HostFailure{"launch_refused", std::string(what) + " of " + std::to_string(extent), pos};
  }
  return coerce(type, value, pos).as<Dim3>();
}

}  // namespace

// The kernel that `kernel<float>`, `&kernel` or a variable with such a value stands for.
const NameExpr* Compiler::kernel_in(const Expr& expression) const {
  const auto* address = std::get_if<UnaryExpr>(&expression.node);
  if (address && address->op == UnaryOp::kAddressOf) return kernel_in(*address->operand);
  const auto* name = std::get_if<NameExpr>(&expression.node);
  if (!name) return nullptr;
  if (const Binding* bound = find(name->name)) return bound->kernel;
  return interpreter_.program().find_kernel(name->name) ? name : nullptr;
}

Eval Compiler::launch(const LaunchExpr& node, SourcePos pos) {
  const Binding* bound = find(node.kernel);
  const NameExpr* alias = bound ? bound->kernel : nullptr;
  const Kernel* kernel = interpreter_.program().find_kernel(alias ? alias->name : node.kernel);
  if (!kernel) throw HostFailure{"name", "there is no kernel '" + node.kernel + "'", pos};
  return [kernel, targs = template_arguments(alias ? alias->template_args : node.template_args),
          grid = expression(*node.grid), block = expression(*node.block),
          shared = node.shared ? expression(*node.shared) : Eval(), args = expressions(node.args),
          interpreter = &interpreter_, pos](Frame& frame) -> Value {
    LaunchShape shape;
    shape.grid = to_dim(grid(frame), "a grid", pos);
    shape.block = to_dim(block(frame), "a block", pos);
    if (shared) {
      const Value bytes = shared(frame);
      if (!bytes.is<Number>() || bytes.as<Number>().as_int() < 0)
        throw HostFailure{"launch_refused",
                          "dynamic shared memory must be a number of bytes, got " + describe(bytes),
                          pos};
      shape.dynamic_shared = uint64_t(bytes.as<Number>().as_int());
    }
    interpreter->launch(*kernel, evaluate(targs, frame), shape, evaluate(args, frame), pos);
    return Void{};
  };
}

namespace {

// Template arguments of a kernel by name: given ones first, then deduced from the arguments, then
// defaults.
Bindings bind_template(const Kernel& kernel, const TArgs& given, const Values& arguments,
                       std::vector<std::string>& texts, SourcePos pos) {
  Bindings bound;
  const auto add = [&](const TemplateParam& param, const TArg& arg) {
    Binding binding;
    binding.kind = arg.type ? Binding::Kind::kType : Binding::Kind::kConstant;
    if (arg.type)
      binding.type = *arg.type;
    else
      binding.constant = *arg.number;
    bound[param.name] = binding;
    // An enumerator is an integer here; the name expression has to say of which enumeration.
    const bool enumerator =
        !param.is_type && !number_named(param.value_type.name) && param.value_type.name != "auto";
    texts.push_back((enumerator ? "(" + param.value_type.name + ")" : "") + arg.text());
  };
  for (size_t i = 0; i < kernel.template_params.size(); ++i) {
    const TemplateParam& param = kernel.template_params[i];
    if (i < given.size()) {
      add(param, given[i]);
      continue;
    }
    std::optional<TArg> deduced;
    for (size_t a = 0; a < kernel.params.size() && a < arguments.size() && !deduced; ++a) {
      if (!param.is_type || kernel.params[a].type.name != param.name) continue;
      TArg arg;
      if (kernel.params[a].type.pointers == 1 && arguments[a].is<Pointer>() &&
          arguments[a].as<Pointer>().pointee) {
        arg.type = *arguments[a].as<Pointer>().pointee;
        arg.type->is_const = false;
      }
      if (kernel.params[a].type.pointers == 0 && arguments[a].is<Number>())
        arg.type = number_type(arguments[a].as<Number>().kind);
      if (arg.type) deduced = arg;
    }
    if (!deduced && param.default_arg) break;  // NVRTC fills in the rest
    if (!deduced)
      throw HostFailure{"type",
                        "template parameter " + param.name + " of kernel " + kernel.name +
                            " is neither given nor deducible",
                        pos};
    add(param, *deduced);
  }
  return bound;
}

void add_number(KernelArguments& packed, const Number& number) {
  const uint32_t size = size_of(number.kind);
  if (number.kind == Num::kF32) {
    const float value = float(number.d);
    packed.add(&value, 4, 4);
  } else if (number.kind == Num::kF64) {
    packed.add(&number.d, 8, 8);
  } else if (number.kind == Num::kF16) {
    const c10::Half value(float(number.d));
    packed.add(&value, 2, 2);
  } else if (number.kind == Num::kBF16) {
    const c10::BFloat16 value(float(number.d));
    packed.add(&value, 2, 2);
  } else {
    packed.add(&number.i, size, size);
  }
}

// The layout of ATen's GenericPackedTensorAccessor: pointer, sizes, strides.
void add_accessor(KernelArguments& packed, const Accessor& accessor) {
  const at::Tensor& tensor = accessor.tensor;
  std::vector<std::byte> bytes(8);
  void* data = tensor.data_ptr();
  std::memcpy(bytes.data(), &data, 8);
  const auto push = [&](int64_t value) {
    const size_t width = accessor.index64 ? 8 : 4;
    const auto* raw = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), raw, raw + width);
  };
  for (int64_t size : tensor.sizes()) push(size);
  for (int64_t stride : tensor.strides()) push(stride);
  while (bytes.size() % 8) bytes.push_back(std::byte{0});
  packed.add(bytes.data(), uint32_t(bytes.size()), 8);
}

// float4 and the like: components next to each other.
bool add_components(KernelArguments& packed, const Type& type, const Value& value) {
  const auto vector =
      type.kind == Type::Kind::kOpaque ? vector_type_named(type.name) : std::nullopt;
  if (!vector || !value.is<Vector>()) return false;
  KernelArguments components;
  for (const Value& component : *value.as<Vector>().items)
    add_number(components, convert(component.as<Number>(), vector->component));
  packed.add(components.bytes.data(), uint32_t(components.bytes.size()), vector->alignment());
  return true;
}

void add_argument(KernelArguments& packed, const Param& param, const Type& type, const Value& value,
                  SourcePos pos) {
  if (value.is<Accessor>()) return add_accessor(packed, value.as<Accessor>());
  if (type.kind == Type::Kind::kPointer || value.is<Pointer>()) {
    const Value pointer = type.kind == Type::Kind::kPointer ? coerce(type, value, pos) : value;
    if (!pointer.is<Pointer>() || pointer.as<Pointer>().array)
      throw HostFailure{"type",
                        "kernel parameter " + param.name +
                            " needs a pointer to a tensor's memory, got " + describe(value),
                        pos};
    return packed.add(&pointer.as<Pointer>().address, 8, 8);
  }
  if (value.is<Number>())
    return add_number(packed, type.kind == Type::Kind::kNumber
                                  ? convert(value.as<Number>(), type.num)
                                  : value.as<Number>());
  if (value.is<Dim3>()) return packed.add(&value.as<Dim3>(), 12, 4);
  if (add_components(packed, type, coerce(type, value, pos))) return;
  throw HostFailure{"type",
                    "kernel parameter " + param.name + " (" + to_string(param.type) +
                        ") cannot take " + describe(value) +
                        (value.is<at::Tensor>() ? "; pass x.data_ptr<T>()" : ""),
                    pos};
}

std::string name_expression(const Kernel& kernel, const std::vector<std::string>& texts) {
  if (texts.empty()) return kernel.template_params.empty() ? kernel.name : kernel.name + "<>";
  std::string text = kernel.name + "<";
  for (size_t i = 0; i < texts.size(); ++i) text += (i ? ", " : "") + texts[i];
  return text + ">";
}

}  // namespace

void Interpreter::launch(const Kernel& kernel, const TArgs& targs, const LaunchShape& shape,
                         const Values& arguments, SourcePos pos) {
  context_.at = pos;
  const auto away = context_.time.in_launch();
  size_t required = 0;
  for (const Param& param : kernel.params) required += param.default_value == nullptr;
  if (arguments.size() < required || arguments.size() > kernel.params.size())
    throw HostFailure{"type",
                      "kernel " + kernel.name + " takes " + std::to_string(kernel.params.size()) +
                          " arguments, not " + std::to_string(arguments.size()),
                      pos};
  std::vector<std::string> texts;
  const Bindings bound = bind_template(kernel, targs, arguments, texts, pos);
  const auto find = [&](const std::string& name) -> const Binding* {
    if (const auto found = bound.find(name); found != bound.end()) return &found->second;
    const auto global = globals_.find(name);
    return global == globals_.end() ? nullptr : &global->second;
  };
  KernelArguments packed;
  for (size_t i = 0; i < arguments.size(); ++i)
    add_argument(packed, kernel.params[i], resolve_type(kernel.params[i].type, find), arguments[i],
                 pos);
  const std::string mangled = lowered(name_expression(kernel, texts), pos);
  if (shape.grid.count() == 0 || shape.block.count() == 0)
    throw HostFailure{"launch_refused",
                      "kernel " + kernel.name + " launched with an empty " +
                          (shape.grid.count() == 0 ? "grid" : "block"),
                      pos};
  std::optional<DeviceFault> fault =
      context_.device.launch(*loaded_.module, mangled, shape, packed);
  if (fault && fault->rule == "launch_refused")
    fault->message = kernel.name + ": " + fault->message;
  raise_if(fault, pos);
  if (context_.kernel_ran) context_.kernel_ran(kernel.name, shape);
}

int Interpreter::occupancy(const Kernel& kernel, const TArgs& targs, int threads, uint64_t shared,
                           SourcePos pos) {
  const auto away = context_.time.in_launch();
  std::vector<std::string> texts;
  bind_template(kernel, targs, {}, texts, pos);
  const std::string mangled = lowered(name_expression(kernel, texts), pos);
  return context_.device.occupancy(*loaded_.module, mangled, threads, shared);
}

}  // namespace cudal1::execute
