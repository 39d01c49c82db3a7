#include "interpreter.h"

#include <algorithm>
#include <limits>

#include "compiler.h"

namespace cudal1::execute {

using namespace program;

void raise_if(const std::optional<DeviceFault>& fault, SourcePos pos) {
  if (!fault) return;
  HostFailure failure{fault->rule, fault->message, pos, fault->lost};
  if (fault->line > 0) failure.pos = {fault->line, 0};
  throw failure;
}

Interpreter::Interpreter(const Program& program, Device& device, CompileKernels compile)
    : program_(program), context_{device, {}, {}, {}, {}, {}}, compile_(std::move(compile)) {
  for (const StmtPtr& global : program.globals()) {
    if (const auto* alias = std::get_if<UsingStmt>(&global->node)) {
      Binding binding;
      binding.kind = Binding::Kind::kType;
      binding.type = resolve_type(alias->type, [this](const std::string& name) -> const Binding* {
        const auto found = globals_.find(name);
        return found == globals_.end() ? nullptr : &found->second;
      });
      globals_[alias->name] = binding;
      continue;
    }
    const auto* declaration = std::get_if<DeclStmt>(&global->node);
    if (!declaration) continue;
    // A global that the host language cannot hold matters only if something reaches it: then its
    // name is unknown.
    for (const Declarator& declarator : declaration->declarators) {
      try {
        Instance scratch;
        Compiler compiler(*this, scratch, {});
        Stmt statement{declarator.pos, DeclStmt{}};
        const Type type = compiler.type(declarator.type);
        if (declarator.names.size() != 1 || declarator.init.size() != 1 ||
            !declarator.array_extents.empty())
          continue;
        Binding binding;
        binding.kind = Binding::Kind::kConstant;
        binding.constant =
            coerce(type, evaluate_constant(*this, *declarator.init[0], {}), declarator.pos);
        globals_[declarator.names[0]] = binding;
      } catch (const HostFailure&) {
      }
    }
  }
}

bool Interpreter::has_function(const std::string& name) const {
  return !program_.functions(name).empty();
}

namespace {

// How badly `value` fits a parameter: 0 as declared, 1 after a conversion, 2 perhaps, 9 not at all.
int misfit(const Type& type, const Value& value) {
  using Kind = Type::Kind;
  if (type.kind == Kind::kAuto || type.kind == Kind::kOpaque) return 2;
  if (value.is<at::Tensor>())
    return type.kind == Kind::kTensor ? 0 : type.kind == Kind::kOptional ? 1 : 9;
  if (value.is<Number>()) {
    if (type.kind == Kind::kNumber) return type.num == value.as<Number>().kind ? 0 : 1;
    return type.kind == Kind::kScalar || type.kind == Kind::kOptional ? 1
           : type.kind == Kind::kDim3                                 ? 2
                                                                      : 9;
  }
  if (value.is<Pointer>()) {
    if (type.kind != Kind::kPointer) return 9;
    return !value.as<Pointer>().pointee || *value.as<Pointer>().pointee == type.args[0] ? 0 : 2;
  }
  if (value.is<std::string>()) return type.kind == Kind::kString ? 0 : 9;
  if (value.is<Vector>()) return type.kind == Kind::kVector || type.kind == Kind::kArrayRef ? 0 : 2;
  return 1;
}

}  // namespace

const Function& Interpreter::find_function(const std::string& name, const Values& values,
                                           SourcePos pos) {
  const size_t arguments = values.size();
  const auto candidates = program_.functions(name);
  const HostFunction* chosen = nullptr;
  int best = std::numeric_limits<int>::max();
  for (const HostFunction* candidate : candidates) {
    const auto& params = candidate->signature().params;
    const size_t required = size_t(std::count_if(params.begin(), params.end(),
                                                 [](const Param& p) { return !p.default_value; }));
    if (arguments < required || arguments > params.size()) continue;
    int sum = 0;
    const auto global = [this](const std::string& name) -> const Binding* {
      const auto found = globals_.find(name);
      return found == globals_.end() ? nullptr : &found->second;
    };
    for (size_t i = 0; candidates.size() > 1 && i < arguments; ++i)
      sum += misfit(resolve_type(params[i].type, global), values[i]);
    if (sum >= best) continue;
    best = sum;
    chosen = candidate;
  }
  if (candidates.empty()) throw HostFailure{"name", "there is no function '" + name + "'", pos};
  if (!chosen)
    throw HostFailure{"type",
                      "'" + name + "' takes " +
                          std::to_string(candidates[0]->signature().params.size()) +
                          " arguments, not " + std::to_string(arguments),
                      pos};
  const auto& parsed = chosen->parsed();
  if (!parsed.ok()) throw HostFailure{"unsupported", parsed.error().message, parsed.error().pos};
  return **parsed;
}

namespace {

// T from T*, T, vector<T> or optional<T> in the written parameter type.
std::optional<Type> deduce(const std::string& name, const TypeRef& written, const Value& value) {
  if (written.name == name) {
    if (written.pointers == 1 && value.is<Pointer>() && value.as<Pointer>().pointee) {
      Type type = *value.as<Pointer>().pointee;
      type.is_const = false;
      return type;
    }
    if (written.pointers == 0 && value.is<Number>()) return number_type(value.as<Number>().kind);
    if (written.pointers == 0) return Type{};  // any other value: passes through as it is
  }
  return std::nullopt;
}

Bindings bind_function(const Function& function, const TArgs& given, const Values& arguments,
                       std::string& key, SourcePos pos) {
  Bindings bound;
  for (size_t i = 0; i < function.template_params.size(); ++i) {
    const TemplateParam& param = function.template_params[i];
    Binding binding;
    binding.kind = param.is_type ? Binding::Kind::kType : Binding::Kind::kConstant;
    if (i < given.size()) {
      if (given[i].type)
        binding.type = *given[i].type;
      else
        binding.constant = *given[i].number;
      key += given[i].text() + ",";
    } else {
      std::optional<Type> type;
      for (size_t a = 0; a < function.params.size() && a < arguments.size() && !type; ++a)
        type = deduce(param.name, function.params[a].type, arguments[a]);
      if (!type && param.default_arg && param.default_arg->type)
        type =
            resolve_type(*param.default_arg->type, [&](const std::string& name) -> const Binding* {
              const auto found = bound.find(name);
              return found == bound.end() ? nullptr : &found->second;
            });
      if (!type && param.default_arg && param.default_arg->expr) {
        const auto* literal = std::get_if<IntLiteral>(&param.default_arg->expr->node);
        const auto* flag = std::get_if<BoolLiteral>(&param.default_arg->expr->node);
        if (literal)
          binding.constant = Number::of(literal->value, Num::kI32);
        else if (flag)
          binding.constant = Number::boolean(flag->value);
        else
          throw HostFailure{"unsupported", "the default of template parameter " + param.name, pos};
        key += "default,";
        bound[param.name] = binding;
        continue;
      }
      if (!type)
        throw HostFailure{"type",
                          "template parameter " + param.name + " of " + function.name +
                              " is neither given nor deducible",
                          pos};
      binding.type = *type;
      key += to_string(*type) + ",";
    }
    bound[param.name] = binding;
  }
  return bound;
}

}  // namespace

const Instance& Interpreter::instance(const Function& function, const TArgs& targs,
                                      const Values& arguments, SourcePos pos) {
  std::string key;
  const Bindings bound = bind_function(function, targs, arguments, key, pos);
  auto& slot = instances_[{&function, key}];
  if (!slot) slot = compile_function(*this, function, bound);
  return *slot;
}

Value Interpreter::call(const std::string& name, const TArgs& targs, Values& arguments,
                        SourcePos pos, int depth) {
  const Function& function = find_function(name, arguments, pos);
  return run(instance(function, targs, arguments, pos), arguments, pos, depth);
}

bool is_output(const Type& type) {
  return type.is_reference && !type.is_const && type.kind != Type::Kind::kPointer;
}

Value Interpreter::run(const Instance& instance, Values& arguments, SourcePos pos, int depth) {
  constexpr int kMaxDepth = 64;
  if (depth > kMaxDepth)
    throw HostFailure{"unsupported", "host functions call each other more than 64 deep", pos};
  context_.time.spend(pos);
  Frame frame{context_, {}, Void{}, depth};
  frame.slots.resize(instance.slots);
  for (size_t i = 0; i < instance.parameters.size(); ++i) {
    const Instance::Parameter& parameter = instance.parameters[i];
    Value value = i < arguments.size() ? std::move(arguments[i]) : parameter.default_value(frame);
    frame.slots[i] = coerce(parameter.type, std::move(value), pos);
  }
  instance.body(frame);
  const size_t given = std::min(arguments.size(), instance.parameters.size());
  for (size_t i = 0; i < given; ++i)
    arguments[i] =
        is_output(instance.parameters[i].type) ? std::move(frame.slots[i]) : Value(Void{});
  if (instance.result.kind == Type::Kind::kVoid || instance.result.kind == Type::Kind::kAuto)
    return std::move(frame.result);
  if (frame.result.is<Void>())
    throw HostFailure{"type", "'" + instance.name + "' ended without returning a value", pos};
  return coerce(instance.result, std::move(frame.result), pos);
}

std::unique_ptr<Instance> compile_function(Interpreter& interpreter, const Function& function,
                                           const Bindings& template_arguments) {
  auto made = std::make_unique<Instance>();
  made->name = function.name;
  Compiler compiler(interpreter, *made, template_arguments);
  for (const Param& param : function.params) {
    const Type type = compiler.type(param.type);
    compiler.declare(param.name, type);
    made->parameters.push_back(
        {type, param.default_value ? compiler.expression(*param.default_value) : Eval()});
  }
  made->result = compiler.type(function.return_type);
  made->body = compiler.statement(*function.body);
  return made;
}

Value evaluate_constant(Interpreter& interpreter, const Expr& expression,
                        const Bindings& bindings) {
  Instance scratch;
  Compiler compiler(interpreter, scratch, bindings);
  const Eval run = compiler.expression(expression);
  for (const auto& [name, binding] : bindings)
    if (binding.kind == Binding::Kind::kSlot)
      scratch.slots = std::max(scratch.slots, binding.slot + 1);
  Frame frame{interpreter.context(), {}, Void{}, 0};
  frame.slots.resize(scratch.slots);
  return run(frame);
}

// ---- modules
// --------------------------------------------------------------------------------------------

const std::string& Interpreter::lowered(const std::string& name_expression, SourcePos pos) {
  if (loaded_.module)
    if (const auto found = loaded_.lowered.find(name_expression); found != loaded_.lowered.end())
      return found->second;
  if (std::find(name_expressions_.begin(), name_expressions_.end(), name_expression) ==
      name_expressions_.end()) {
    name_expressions_.push_back(name_expression);
    compiled_.reset();
  }
  load(pos);
  const auto found = loaded_.lowered.find(name_expression);
  if (found == loaded_.lowered.end())
    throw HostFailure{"name", "the compiled module has no kernel " + name_expression, pos};
  return found->second;
}

void Interpreter::compile(SourcePos pos) {
  gpu::CompileOutcome outcome = compile_(name_expressions_);
  if (!outcome.ok()) {
    HostFailure failure{"compile", outcome.error().message, pos};
    if (outcome.error().line > 0) failure.pos = {outcome.error().line, outcome.error().column};
    failure.compile = true;
    failure.log = outcome.error().log;
    throw failure;
  }
  compiled_ = std::move(outcome.value());
}

void Interpreter::load(SourcePos pos) {
  if (!compiled_) compile(pos);
  auto module = context_.device.load(*compiled_);
  if (!module.ok()) raise_if(module.error(), pos);
  loaded_ = {std::move(module.value()), compiled_->lowered_names};
}

void Interpreter::reset_variables(SourcePos pos) {
  if (!loaded_.module) return;
  const auto restored = context_.device.restore(*loaded_.module);
  if (!restored.ok()) raise_if(restored.error(), pos);
  if (!*restored) load(pos);
}

std::vector<ChangedVariable> Interpreter::changed_variables(SourcePos pos) {
  if (!loaded_.module) return {};
  auto changed = context_.device.changed(*loaded_.module);
  if (!changed.ok()) raise_if(changed.error(), pos);
  return std::move(changed.value());
}

void Interpreter::copy_to_symbol(const std::string& symbol, const void* data, uint64_t bytes,
                                 uint64_t offset, bool from_host, SourcePos pos) {
  const auto away = context_.time.in_launch();
  if (!loaded_.module) {
    // Every kernel without template parameters shares the module; templates join it when first
    // launched.
    for (const Kernel& kernel : program_.kernels())
      if (kernel.template_params.empty()) {
        lowered(kernel.name, pos);
        break;
      }
    if (!loaded_.module) load(pos);
  }
  raise_if(context_.device.copy_to_symbol(*loaded_.module, symbol, data, bytes, offset, from_host),
           pos);
}

}  // namespace cudal1::execute
