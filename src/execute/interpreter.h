// Host code, resolved once into closures over numbered slots; see compile_*.cpp for how.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "context.h"
#include "cudal1/execute/executor.h"
#include "cudal1/program/program.h"

namespace cudal1::execute {

struct Frame {
  Context& context;
  std::vector<Value> slots;
  Value result;
  int depth = 0;  // of host calls
};

enum class Flow : uint8_t { kNext, kBreak, kContinue, kReturn };
using Eval = std::function<Value(Frame&)>;
using Place = std::function<Value&(Frame&)>;  // an lvalue
using Exec = std::function<Flow(Frame&)>;

// A template argument once known: a type or an integer.
struct TArg {
  std::optional<Type> type;
  std::optional<Number> number;
  std::string text() const;  // as in a name expression
};
using TArgs = std::vector<TArg>;
using EvalTArg = std::function<TArg(Frame&)>;

// What a name at compile time stands for.
struct Binding {
  enum class Kind { kSlot, kType, kConstant, kKernel } kind;
  size_t slot = 0;
  Type type;  // of the alias, or as the slot was declared
  Value constant = Void{};
  const program::NameExpr* kernel = nullptr;  // auto run = kernel<float>;
};
using Bindings = std::unordered_map<std::string, Binding>;

// A host function for one set of template arguments.
struct Instance {
  struct Parameter {
    Type type;
    Eval default_value;  // may be empty
  };
  std::string name;
  std::vector<Parameter> parameters;  // in slots 0, 1, …
  size_t slots = 0;
  Type result;
  Exec body;
};

class Interpreter {
 public:
  Interpreter(const program::Program& program, Device& device, CompileKernels compile);

  Context& context() { return context_; }
  const program::Program& program() const { return program_; }
  const Bindings& globals() const { return globals_; }

  // Calls the host function `name` with `arguments`, deducing template arguments that are not
  // given.
  // In `arguments` stays what the function made of parameters that are references; Void for the
  // rest.
  Value call(const std::string& name, const TArgs& targs, Values& arguments, program::SourcePos pos,
             int depth);
  Value run(const Instance& instance, Values& arguments, program::SourcePos pos, int depth);
  // The instance for these arguments; compiled on first use.
  const Instance& instance(const program::Function& function, const TArgs& targs,
                           const Values& arguments, program::SourcePos pos);
  const program::Function& find_function(const std::string& name, const Values& arguments,
                                         program::SourcePos pos);
  bool has_function(const std::string& name) const;

  void launch(const program::Kernel& kernel, const TArgs& targs, const LaunchShape& shape,
              const Values& arguments, program::SourcePos pos);
  void copy_to_symbol(const std::string& symbol, const void* data, uint64_t bytes, uint64_t offset,
                      bool from_host, program::SourcePos pos);
  int occupancy(const program::Kernel& kernel, const TArgs& targs, int threads, uint64_t shared,
                program::SourcePos pos);
  const std::vector<std::string>& name_expressions() const { return name_expressions_; }
  // Makes the module's variables what they are in the file.
  void reset_variables(program::SourcePos pos);
  std::vector<ChangedVariable> changed_variables(program::SourcePos pos);

 private:
  struct Loaded {
    std::shared_ptr<LoadedModule> module;
    std::map<std::string, std::string> lowered;
  };
  const std::string& lowered(const std::string& name_expression, program::SourcePos pos);
  void compile(program::SourcePos pos);
  void load(program::SourcePos pos);

  const program::Program& program_;
  Context context_;
  CompileKernels compile_;
  Bindings globals_;
  std::map<std::pair<const program::Function*, std::string>, std::unique_ptr<Instance>> instances_;
  std::vector<std::string> name_expressions_;
  std::optional<gpu::CompiledModule> compiled_;
  Loaded loaded_;
};

// Throws HostFailure for a launch or copy that failed.
void raise_if(const std::optional<DeviceFault>& fault, program::SourcePos pos);

// ---- the pieces of compilation
// --------------------------------------------------------------------------

// `type` with every alias and template parameter of `bindings` replaced.
Type resolve_type(const program::TypeRef& type,
                  const std::function<const Binding*(const std::string&)>& find);
Value coerce(const Type& type, Value value, program::SourcePos pos);
// A parameter through which the callee changes its caller's variable.
bool is_output(const Type& type);
// T(arguments) and T{arguments}.
Value construct(const Type& type, Values arguments, bool braces, program::SourcePos pos);

struct Call {
  Interpreter& interpreter;
  Context& context;
  const TArgs& targs;
  program::SourcePos pos;
};
using Builtin = Value (*)(const Call& call, Values& arguments);
// Functions ("std::min") and methods ("data_ptr", self is argument 0) that are not operators; null
// when unknown.
Builtin find_function_builtin(const std::string& name);
Builtin find_method_builtin(const std::string& name);
// Calls that are accepted and without effect ("cudaDeviceSynchronize"); their value is 0.
bool is_without_effect(const std::string& name);
std::optional<Value> named_constant(const std::string& name);
// "torch::add" → "add"; empty when the name is in no namespace of operators.
// The namespaces of torch see one another: "at::x" and "c10::x" are "torch::x" here.
std::string torch_spelling(const std::string& qualified);
std::string operator_name(const std::string& qualified);

std::unique_ptr<Instance> compile_function(Interpreter& interpreter,
                                           const program::Function& function,
                                           const Bindings& template_arguments);
Value evaluate_constant(Interpreter& interpreter, const program::Expr& expression,
                        const Bindings& bindings);

}  // namespace cudal1::execute
