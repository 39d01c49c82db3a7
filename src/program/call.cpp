// --call: one expression becomes the functions `forward` and `inputs`.
#include <algorithm>

#include "program/call_expression.h"
#include "program/call_refusal.h"
#include "program/call_variables.h"
#include "program/callee.h"
#include "program/element_type.h"
#include "program/expand.h"
#include "program/lexer.h"
#include "program/program_impl.h"

namespace cudal1::program {
namespace {

bool is_tensor(const TypeRef& type) {
  return type.pointers == 0 && last_component(type.name) == "Tensor";
}
bool holds_tensors(const TypeRef& type, std::string_view container) {
  return type.pointers == 0 && last_component(type.name) == container && type.args.size() == 1 &&
         type.args[0].type && is_tensor(*type.args[0].type);
}

class CallLowering {
 public:
  CallLowering(Program::Impl* program, const Program& view, const CallRequest& request)
      : program_(program),
        view_(view),
        request_(request),
        call_(parse_call_expression(request.expression, program->file.macros, program->names)) {}

  void run() {
    callee_ = find_callee(view_, call_);
    check_pointers();
    variables_ = declare_variables(call_.free_names, request_.variables, program_->file.macros,
                                   program_->names);
    for (size_t i = 0; i < call_.args.size(); ++i) lower_arg(i);
    replace_functions(inputs_text() + forward_text());
  }

 private:
  struct Input {
    std::string name;   // parameter of forward
    std::string fresh;  // the expression that makes it
    std::string array;  // x, when it was written x[n]
    bool written = false;
  };

  std::string describe(size_t index) const {
    const Param& param = (*callee_.params)[index];
    return "argument " + std::to_string(index + 1) + " (" + to_string(param.type) + " " +
           param.name + ")";
  }

  void check_pointers() const {
    for (size_t i = 0; i < call_.args.size(); ++i) {
      const CallArg& arg = call_.args[i];
      const bool null = arg.text == "nullptr" || arg.text == "NULL";
      if ((*callee_.params)[i].type.pointers == 0 || null || !arg.array.empty()) continue;
      refuse_call(describe(i) + " is a pointer, '" + arg.text + "' is no array",
                  (*callee_.params)[i].name + "[SIZE]");
    }
  }

  void lower_arg(size_t index) {
    const CallArg& arg = call_.args[index];
    const Param& param = (*callee_.params)[index];
    if (!arg.array.empty() && !is_tensor(param.type)) return array_arg(arg, param, describe(index));
    if (is_tensor(param.type)) return passed_.push_back(tensor(arg.text, !param.type.is_const));
    if (holds_tensors(param.type, "vector") && arg.is_list) {
      std::string list;
      for (const std::string& element : arg.list)
        list += (list.empty() ? "" : ", ") + tensor(element, !param.type.is_const);
      return passed_.push_back("{" + list + "}");
    }
    const bool none = arg.text == "{}" || arg.text.find("nullopt") != std::string::npos;
    if (holds_tensors(param.type, "optional") && !none)
      return passed_.push_back(tensor(arg.text, false));
    passed_.push_back(arg.text);
  }

  std::string tensor(const std::string& expression, bool written) {
    Input input{"arg" + std::to_string(inputs_.size()), "(" + expression + ").to(torch::kCUDA)", "",
                written};
    inputs_.push_back(input);
    return value_name(inputs_.size() - 1);
  }

  // How the call names input i; written ones are copies, so that every call sees the same content.
  std::string value_name(size_t i) const { return "@" + std::to_string(i) + "@"; }

  void array_arg(const CallArg& arg, const Param& param, const std::string& what) {
    if (param.type.pointers != 1)
      refuse_call(what + " is no pointer: " + arg.text + " can't be passed for it", "a value");
    const std::string name = resolve_type(param.type.name, arg);
    const auto type = element_type(name);
    if (!type)
      refuse_call(what + " points to " + name + ", which no tensor holds",
                  "pointers to numbers, __half, float4 …");
    const size_t index = array_input(arg, *type);
    inputs_[index].written |= !param.type.is_const;
    const std::string pointer = value_name(index) + ".data_ptr<" + type->storage + ">()";
    if (name == type->storage) return passed_.push_back(pointer);
    passed_.push_back("reinterpret_cast<" + std::string(param.type.is_const ? "const " : "") +
                      name + "*>(" + pointer + ")");
  }

  size_t array_input(const CallArg& arg, const ElementType& type) {
    const std::string fresh = fresh_array(arg.extents, type);
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].array != arg.array) continue;
      if (inputs_[i].fresh != fresh)
        refuse_call("the array " + arg.array + " is given twice with different sizes or types");
      return i;
    }
    inputs_.push_back({"arg" + std::to_string(inputs_.size()), fresh, arg.array, false});
    return inputs_.size() - 1;
  }

  static std::string fresh_array(const std::string& extents, const ElementType& type) {
    const std::string shape =
        "{" + extents + (type.lanes > 1 ? ", " + std::to_string(type.lanes) : "") + "}";
    const std::string options =
        "torch::TensorOptions().dtype(" + type.dtype + ").device(torch::kCUDA)";
    if (type.is_floating) return "torch::randn(" + shape + ", " + options + ")";
    return "torch::randint(0, " + std::string(type.is_bool ? "2" : "10") + ", " + shape + ", " +
           options + ")";
  }

  // Template parameters by the arguments written, aliases by their definitions.
  std::string resolve_type(std::string name, const CallArg& arg) const {
    for (size_t i = 0; i < callee_.template_params->size(); ++i) {
      if ((*callee_.template_params)[i].name != name) continue;
      if (i < call_.template_arg_list.size()) {
        name = call_.template_arg_list[i];
        break;
      }
      const auto& standard = (*callee_.template_params)[i].default_arg;
      if (standard && standard->type) return to_string(*standard->type);
      refuse_call("the element type of " + arg.array + " can't be known from " + call_.name,
                  call_.name + "<float>" + (call_.is_launch ? "<<<…>>>" : "") + "(…)");
    }
    for (const StmtPtr& global : program_->globals) {
      const auto* alias = std::get_if<UsingStmt>(&global->node);
      if (alias && last_component(alias->name) == last_component(name) && alias->type.name != name)
        return alias->type.name;
    }
    return name;
  }

  std::string inputs_text() const {
    std::string list;
    for (const Input& input : inputs_) list += (list.empty() ? "" : ",\n          ") + input.fresh;
    return "std::vector<torch::Tensor> inputs() {\n" + variables_ + "  return {" + list + "};\n}\n";
  }

  std::string forward_text() {
    const std::vector<size_t> written = outputs();
    std::string params, copies;
    std::vector<std::string> names;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      params += (i ? ", " : "") + std::string("torch::Tensor ") + inputs_[i].name;
      const bool copied = std::find(written.begin(), written.end(), i) != written.end();
      names.push_back(inputs_[i].name + (copied ? "_out" : ""));
      if (copied) copies += "  auto " + names[i] + " = " + inputs_[i].name + ".clone();\n";
    }
    std::string args;
    for (const std::string& passed : passed_) args += (args.empty() ? "" : ", ") + passed;
    for (size_t i = 0; i < names.size(); ++i) {
      for (size_t at; (at = args.find(value_name(i))) != std::string::npos;)
        args.replace(at, value_name(i).size(), names[i]);
    }
    const std::string call = call_.name + call_.template_args +
                             (call_.is_launch ? "<<<" + call_.config + ">>>" : "") + "(" + args +
                             ")";
    name_ = program_->names.find("forward") ? "forward_call" : "forward";
    if (callee_.returns_result)
      return "auto " + name_ + "(" + params + ") {\n" + variables_ + "  return " + call + ";\n}\n";
    std::string results;
    for (const size_t i : written) results += (results.empty() ? "" : ", ") + names[i];
    const bool single = written.size() == 1;
    return (single ? "torch::Tensor " : "std::vector<torch::Tensor> ") + name_ + "(" + params +
           ") {\n" + variables_ + copies + "  " + call + ";\n  return " +
           (single ? results : "{" + results + "}") + ";\n}\n";
  }

  // Inputs that hold the results of a call that returns nothing.
  std::vector<size_t> outputs() const {
    std::vector<size_t> written;
    if (callee_.returns_result) return written;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].written) written.push_back(i);
    }
    if (written.empty())
      refuse_call(callee_.name + " writes nothing that can be seen",
                  "a parameter that points to non-const");
    return written;
  }

  void replace_functions(const std::string& text) {
    auto& functions = program_->functions;
    const auto replaced = [](const std::unique_ptr<HostFunction>& function) {
      const std::string_view name = last_component(function->signature().name);
      return name == "inputs" || name.substr(0, 7) == "inputs_" || name == "forward_call";
    };
    functions.erase(std::remove_if(functions.begin(), functions.end(), replaced), functions.end());
    Tokens tokens = lex(text);
    tokens.pop_back();
    tokens = expand(program_->file.macros, std::move(tokens));
    tokens.emplace_back();
    for (Token& token : tokens) token.pos = {};
    program_->generated.push_back(std::move(tokens));
    std::vector<Item> items;
    add_declarations(program_, program_->generated.back(), &items);
    program_->entry = name_;
  }

  Program::Impl* program_;
  const Program& view_;
  const CallRequest& request_;
  const CallExpression call_;
  Callee callee_;
  std::vector<Input> inputs_;
  std::vector<std::string> passed_;
  std::string variables_;
  std::string name_;
};

// Columns are those of the expression: the file has nothing to show for it.
Diagnostic of_call(Diagnostic diagnostic) {
  if (diagnostic.pos.line > 0) {
    diagnostic.message =
        "--call, column " + std::to_string(diagnostic.pos.column) + ": " + diagnostic.message;
    diagnostic.pos = {};
  }
  return diagnostic;
}

}  // namespace

std::optional<Diagnostic> apply_call(Program& program, const CallRequest& request) {
  try {
    CallLowering(&program.impl(), program, request).run();
  } catch (const SyntaxError& error) {
    return of_call(error.diagnostic);
  }
  for (const char* name : {"inputs", program.entry().c_str()}) {
    for (const HostFunction* function : program.functions(name)) {
      if (function->parsed().ok()) continue;
      return of_call(function->parsed().error());
    }
  }
  return std::nullopt;
}

}  // namespace cudal1::program
