// Kernel launches: the kernel, its template arguments, the configuration and every argument.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

constexpr int64_t kMaxThreadsPerBlock =
    1024;  // CUDA C++ Programming Guide, compute capabilities 2.0 and later

std::string count_of(size_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

bool mentions(const TypeRef& type, std::string_view name) {
  if (type.name == name || type.name.find(name) != std::string::npos) return true;
  return std::any_of(type.args.begin(), type.args.end(), [&](const TemplateArg& arg) {
    if (arg.type) return mentions(*arg.type, name);
    return true;  // an expression may
  });
}

// T from `const T* x` and float*.
void deduce(const TypeRef& wanted, const Type& given, const std::vector<TemplateParam>& params,
            Bindings& bindings) {
  const auto param = std::find_if(params.begin(), params.end(), [&](const TemplateParam& p) {
    return p.is_type && p.name == wanted.name;
  });
  if (param == params.end() || bindings.contains(wanted.name)) return;
  Type type = given;
  for (int level = 0; level < wanted.pointers; ++level) {
    if (!type.is(Kind::kPointer) || type.args.empty()) return;
    Type element = type.args[0];
    type = std::move(element);
  }
  if (type.is(Kind::kNull) || type.is(Kind::kInitList)) return;
  const bool plain = type.arithmetic() || type.is(Kind::kOpaque) || type.is(Kind::kPointer);
  bindings[wanted.name] = {type, std::nullopt, plain ? to_string(type) : ""};
}

}  // namespace

const Kernel* Checker::launched_kernel(const LaunchExpr& launch, SourcePos pos) {
  if (const Variable* variable = find_variable(launch.kernel)) {
    if (!variable->kernel.empty()) return program_.find_kernel(variable->kernel);
    if (variable->type.known() && !variable->type.is(Kind::kKernel)) {
      fail(pos, "'" + launch.kernel + "' is " + with_article(variable->type) + ", no kernel");
    }
    return nullptr;
  }
  if (const Kernel* kernel = program_.find_kernel(launch.kernel)) return kernel;
  if (!program_.functions(launch.kernel).empty()) {
    fail(pos, "'" + launch.kernel + "' is a host function and cannot be launched",
         launch.kernel + "(...) without <<<>>>, or __global__ in front of it");
    return nullptr;
  }
  for (const Kernel& kernel : program_.kernels()) {
    if (kernel.name.ends_with("::" + launch.kernel))
      return nullptr;  // several of that name: a run resolves it
  }
  Suggestion suggestion(launch.kernel);
  for (const Kernel& kernel : program_.kernels()) suggestion.offer(kernel.name);
  std::string known;
  for (const Kernel& kernel : program_.kernels())
    known += (known.empty() ? "the file has " : ", ") + kernel.name;
  fail(pos, "no kernel '" + launch.kernel + "' in this file",
       suggestion.text(known.empty() ? "the file has no kernel" : known));
  return nullptr;
}

void Checker::check_configuration(const LaunchExpr& launch, const Kernel& kernel) {
  const auto extent = [&](const Expr& expr, const char* what) {
    const Operand operand = check(expr);
    if (!converts(operand.type, of(Kind::kDim3))) {
      report(expr.pos, std::string("the ") + what + " of a launch is a dim3 or a number, this is " +
                           with_article(operand.type));
    }
    return operand;
  };
  const Operand grid = extent(*launch.grid, "grid");
  const Operand block = extent(*launch.block, "block");
  if (grid.value && *grid.value <= 0)
    report(launch.grid->pos,
           "a grid of " + std::to_string(*grid.value) + " blocks launches nothing", "",
           "launch_refused");
  if (block.value && (*block.value <= 0 || *block.value > kMaxThreadsPerBlock)) {
    report(launch.block->pos,
           "a block of " + std::to_string(*block.value) + " threads cannot be launched",
           "1 to 1024 threads in a block of '" + kernel.name + "'", "launch_refused");
  }
  if (launch.shared)
    expect(check(*launch.shared).type, int_type(), launch.shared->pos,
           "the shared memory of a launch in bytes");
  if (launch.stream) {
    const Operand stream = check(*launch.stream);
    if (!converts(stream.type, of(Kind::kStream))) {
      report(launch.stream->pos,
             "the stream of a launch is a cudaStream_t, this is " + with_article(stream.type),
             "at::cuda::getCurrentCUDAStream()");
    }
  }
}

Binding Checker::explicit_binding(const TemplateParam& param, const TemplateArg& arg) {
  Binding binding;
  if (!param.is_type) {
    binding.value = argument_value(arg);
    const bool boolean = param.value_type.name == "bool";
    if (arg.type && (arg.type->name == "true" || arg.type->name == "false"))
      binding.value = arg.type->name == "true";
    if (binding.value)
      binding.spelling =
          boolean ? (*binding.value ? "true" : "false") : std::to_string(*binding.value);
    const auto* name = arg.type ? arg.type.get() : nullptr;
    if (!binding.value && name && !find_variable(name->name) && declared_in_device_code(name->name))
      binding.spelling = name->name;
    return binding;
  }
  if (!arg.type) return binding;
  binding.type = resolve(*arg.type);
  const bool dependent = !binding.type.known();
  if (!dependent) {
    binding.spelling = to_string(binding.type);
  } else if (!find_alias(arg.type->name) && arg.type->args.empty()) {
    binding.spelling = to_string(*arg.type);  // a type of the device side
  }
  return binding;
}

Bindings Checker::bind_kernel(const LaunchExpr& launch, const Kernel& kernel,
                              const std::vector<Operand>& operands, SourcePos pos) {
  Bindings bindings;
  const auto& params = kernel.template_params;
  const bool variadic =
      std::any_of(params.begin(), params.end(), [](const TemplateParam& p) { return p.is_pack; });
  if (launch.template_args.size() > params.size() && !variadic) {
    report(pos, "'" + kernel.name + "' has " + count_of(params.size(), "template parameter") +
                    ", this launch gives " + std::to_string(launch.template_args.size()));
    return bindings;
  }
  for (size_t at = 0; at < params.size() && at < launch.template_args.size() && !params[at].is_pack;
       ++at) {
    const TemplateArg& arg = launch.template_args[at];
    const bool is_name = arg.type && arg.type->pointers == 0 && arg.type->args.empty();
    if (params[at].is_type && arg.expr) {
      report(pos, "the template parameter '" + params[at].name + "' of '" + kernel.name +
                      "' is a type, this launch gives a value");
    } else if (!params[at].is_type && arg.type && !is_name) {
      report(pos, "the template parameter '" + params[at].name + "' of '" + kernel.name +
                      "' is a value, this launch gives a type");
    } else if (!params[at].is_type && is_name && find_arithmetic(arg.type->name) &&
               !find_variable(arg.type->name)) {
      report(pos, "the template parameter '" + params[at].name + "' of '" + kernel.name +
                      "' is a value, this launch gives a type");
    }
    bindings[params[at].name] = explicit_binding(params[at], arg);
  }
  for (size_t at = 0; at < kernel.params.size() && at < operands.size(); ++at) {
    deduce(kernel.params[at].type, operands[at].type, params, bindings);
  }
  for (const TemplateParam& param : params) {
    if (bindings.contains(param.name) || param.is_pack) continue;
    if (param.default_arg) {
      bindings[param.name] = explicit_binding(param, *param.default_arg);
      continue;
    }
    const bool deducible =
        std::any_of(kernel.params.begin(), kernel.params.end(),
                    [&](const Param& p) { return mentions(p.type, param.name); });
    if (!deducible && !variadic) {
      report(pos,
             "the template parameter '" + param.name + "' of '" + kernel.name + "' has no value",
             kernel.name + "<...><<<grid, block>>>(...) with all of them");
    }
  }
  return bindings;
}

void Checker::check_launch_argument(const Kernel& kernel, const Param& param, const Type& wanted,
                                    const Operand& given, const Expr& expr, size_t position) {
  Type target = wanted;
  if (param.type.is_reference && target.known()) {
    return;  // the device compiler speaks about references of __global__ functions
  }
  const Type& type = given.type;
  if (type.is(Kind::kInitList) && !target.is(Kind::kDim3) && !target.is(Kind::kOpaque)) {
    report(expr.pos, "a list in braces as an argument of the kernel '" + kernel.name + "'",
           "one parameter for each field: the host side makes no structs");
    return;
  }
  const bool zero = target.is(Kind::kPointer) && given.value == int64_t{0} && type.is(Kind::kInt);
  if (zero || converts(type, target)) return;
  const std::string name =
      param.name.empty() ? "argument " + std::to_string(position + 1) : "'" + param.name + "'";
  const std::string takes = "'" + kernel.name + "' takes " + with_article(target) + " as " + name +
                            ", this is " + with_article(type);
  std::string accepted;
  if (type.is(Kind::kTensor) && target.is(Kind::kPointer) && !target.args.empty()) {
    const auto* tensor = std::get_if<NameExpr>(&expr.node);
    accepted = "pass " + (tensor ? tensor->name : std::string("x")) + ".data_ptr<" +
               to_string(target.args[0]) + ">()";
  } else if (type.is(Kind::kTensor) && target.arithmetic()) {
    accepted = "pass .item<" + to_string(target) + ">()";
  } else if (type.is(Kind::kVector) || type.is(Kind::kIntList)) {
    accepted =
        "its elements one by one, or a tensor of them: host memory is out of a kernel's reach";
  } else if (type.is(Kind::kPointer) && target.is(Kind::kPointer) && type.is_const &&
             !target.is_const &&
             same_element(pointer_to(type.args[0], false), pointer_to(target.args[0], false))) {
    accepted = "const " + to_string(target) + " in the kernel, or data_ptr<...>() without const";
  } else if (type.is(Kind::kPointer) && type.args[0].is(Kind::kVoid) && target.is(Kind::kPointer)) {
    accepted = "data_ptr<" + to_string(target.args[0]) + ">() with the element's type";
  } else if (type.is(Kind::kPointer) && target.is(Kind::kPointer)) {
    accepted = "the element type that the kernel reads; reinterpret_cast where that is meant";
  } else if (type.is(Kind::kScalar)) {
    accepted = "pass .to<" + to_string(target) + ">()";
  } else if (type.is(Kind::kOptional)) {
    accepted = "pass .value() after a test of .has_value()";
  }
  report(expr.pos, takes, accepted);
}

Operand Checker::check_launch(const LaunchExpr& launch, SourcePos pos) {
  const Kernel* kernel = launched_kernel(launch, pos);
  static const Kernel kNameless;
  check_configuration(launch, kernel ? *kernel : kNameless);
  const auto operands = check_all(launch.args);
  const Operand nothing{of(Kind::kVoid), false, false, std::nullopt};
  if (!kernel) return nothing;
  const bool pack = !kernel->params.empty() && kernel->params.back().type.name.ends_with("...");
  if (pack) return nothing;
  size_t least = kernel->params.size();
  while (least > 0 && kernel->params[least - 1].default_value) --least;
  if (operands.size() < least || operands.size() > kernel->params.size()) {
    report(pos, "'" + kernel->name + "' takes " + count_of(kernel->params.size(), "argument") +
                    ", this launch gives " + std::to_string(operands.size()));
    return nothing;
  }
  const bool by_variable = find_variable(launch.kernel) != nullptr;
  const Bindings bindings = by_variable ? Bindings{} : bind_kernel(launch, *kernel, operands, pos);
  push_scope();
  // Template parameters that are not bound hide whatever else has their name.
  for (const TemplateParam& param : kernel->template_params) {
    if (!param.is_type) continue;
    const auto found = bindings.find(param.name);
    scopes_.back().types[param.name] = found == bindings.end() || !found->second.type.known()
                                           ? Type{Kind::kUnknown, param.name, {}, false}
                                           : found->second.type;
  }
  for (size_t at = 0; at < operands.size(); ++at) {
    ++lenient_types_;
    const Type wanted = resolve(kernel->params[at].type);
    --lenient_types_;
    check_launch_argument(*kernel, kernel->params[at], wanted, operands[at], *launch.args[at], at);
  }
  pop_scope();
  if (recording_ && !by_variable) record(*kernel, bindings);
  return nothing;
}

void Checker::record(const Kernel& kernel, const Bindings& bindings) {
  std::string list;
  for (const TemplateParam& param : kernel.template_params) {
    const auto found = bindings.find(param.name);
    if (param.is_pack || found == bindings.end() || found->second.spelling.empty()) return;
    list += (list.empty() ? "" : ", ") + found->second.spelling;
  }
  std::string name = kernel.name + (list.empty() ? "" : "<" + list + ">");
  if (std::find(instantiations_.begin(), instantiations_.end(), name) == instantiations_.end()) {
    instantiations_.push_back(std::move(name));
  }
}

}  // namespace cudal1::program
