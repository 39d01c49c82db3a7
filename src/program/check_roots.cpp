// Functions as wholes: bodies, the entry's signature, inputs() against the entry, and which
// functions are judged.
#include <algorithm>
#include <utility>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/falls_through.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

// What a caller can pass to forward and get back from it.
bool is_returnable(const Type& type) {
  switch (type.kind) {
    case Kind::kUnknown:
    case Kind::kVoid:
    case Kind::kTensor:
      return true;
    case Kind::kVector:
    case Kind::kArray:
    case Kind::kTuple:
    case Kind::kOptional:
      return std::all_of(type.args.begin(), type.args.end(), is_returnable);
    default:
      return false;
  }
}

bool is_input_value(const Type& type) {
  switch (type.kind) {
    case Kind::kUnknown:
    case Kind::kTensor:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kScalar:
    case Kind::kString:
    case Kind::kIntList:
    case Kind::kDtype:
    case Kind::kNullopt:
      return true;
    case Kind::kVector:
    case Kind::kArray:
    case Kind::kTuple:
    case Kind::kInitList:
    case Kind::kOptional:
      return std::all_of(type.args.begin(), type.args.end(), is_input_value);
    default:
      return false;
  }
}

// The list that `return {a, b};` gives, where that is the function's only return.
const InitListExpr* only_list(const Function& function) {
  const auto* block = function.body ? std::get_if<BlockStmt>(&function.body->node) : nullptr;
  if (!block || block->body.empty()) return nullptr;
  for (const StmtPtr& stmt : block->body) {
    const bool plain = std::holds_alternative<DeclStmt>(stmt->node) ||
                       std::holds_alternative<ExprStmt>(stmt->node) ||
                       std::holds_alternative<ReturnStmt>(stmt->node) ||
                       std::holds_alternative<UsingStmt>(stmt->node);
    if (!plain) return nullptr;
  }
  const auto* result = std::get_if<ReturnStmt>(&block->body.back()->node);
  return result && result->value ? std::get_if<InitListExpr>(&result->value->node) : nullptr;
}

std::string values(size_t count) {
  return std::to_string(count) + (count == 1 ? " value" : " values");
}

}  // namespace

void Checker::check_root(const std::string& name) {
  const auto functions = program_.functions(name);
  if (functions.empty()) {
    Suggestion suggestion(name);
    for (const HostFunction* function : program_.all_functions())
      suggestion.offer(function->signature().name);
    report({}, "the file has no host function '" + name + "'", suggestion.text());
    return;
  }
  const auto inputs = program_.input_functions();
  const bool is_input = std::find(inputs.begin(), inputs.end(), name) != inputs.end();
  for (const HostFunction* function : functions) {
    if (name == program_.entry()) check_entry_signature(*function);
    const size_t before = findings_.size();
    check_function(*function, {});
    if (is_input && findings_.size() == before) check_inputs(name);
  }
}

void Checker::check_entry_signature(const HostFunction& function) {
  const Function& signature = function.signature();
  if (!signature.template_params.empty()) {
    report(signature.pos,
           "the entry '" + signature.name + "' is a template, and nothing says of what",
           "a plain function, which may call the template");
    return;
  }
  scopes_ = {Scope{}};
  const Type result = resolve(signature.return_type);
  if (!is_returnable(result)) {
    report(signature.pos, "the entry '" + signature.name + "' returns " + with_article(result),
           "a torch::Tensor, a tuple or a vector of tensors, or void where it writes into its "
           "arguments");
  }
}

void Checker::check_inputs(const std::string& name) {
  for (const HostFunction* function : program_.functions(name)) {
    const Function& signature = function->signature();
    if (!signature.params.empty()) {
      report(signature.params[0].pos, "'" + name + "' has parameters, and nothing passes them",
             name + "() without parameters");
      continue;
    }
    const auto& parsed = function->parsed();
    if (!parsed.ok()) continue;
    check_against_entry(*function, **parsed);
  }
}

void Checker::check_against_entry(const HostFunction& function, const Function& body) {
  const std::string& name = body.name;
  scopes_ = {Scope{}};
  Type result = resolve(function.signature().return_type);
  const auto walked = walked_.find(name + "@" + std::to_string(body.pos.line) + ":" +
                                   std::to_string(body.pos.column));
  if (!result.known() && walked != walked_.end()) result = walked->second;
  const bool fits = result.is(Kind::kVector) || result.is(Kind::kTuple) ||
                    result.is(Kind::kTensor) || result.is(Kind::kArray) || !result.known();
  if (!fits || !is_input_value(result)) {
    report(body.pos,
           "'" + name + "' returns " + with_article(result) +
               ", which holds no arguments of the entry",
           "std::vector<torch::Tensor>, or a std::tuple of tensors and numbers");
    return;
  }
  const auto entries = program_.functions(program_.entry());
  if (program_.entry().empty()) {
    report(body.pos, "'" + name + "' has no entry to feed: the file has no 'forward'",
           "torch::Tensor forward(...), or PYBIND11_MODULE with m.def(\"forward\", ...)");
    return;
  }
  if (entries.size() != 1) return;
  const Function& entry = entries.front()->signature();
  size_t given = 0;
  if (result.is(Kind::kTensor)) given = 1;
  if (result.is(Kind::kTuple)) given = result.args.size();
  if (result.is(Kind::kVector)) {
    const InitListExpr* list = only_list(body);
    if (!list) return;
    given = list->elements.size();
  }
  size_t least = entry.params.size();
  while (least > 0 && entry.params[least - 1].default_value) --least;
  if (given == 0 && least > 0 && result.is(Kind::kTuple)) return;
  if (given < least || given > entry.params.size()) {
    report(body.pos,
           "'" + name + "' makes " + values(given) + ", but '" + entry.name + "' takes " +
               std::to_string(entry.params.size()),
           "one value for every parameter of '" + entry.name + "', in its order");
    return;
  }
  for (size_t at = 0; at < given; ++at) {
    const Type wanted = resolve(entry.params[at].type);
    const Type value = result.is(Kind::kTuple)    ? result.args[at]
                       : result.is(Kind::kTensor) ? result
                       : result.args.empty()      ? unknown()
                                                  : result.args[0];
    if (converts(value, wanted) || (value.is(Kind::kTensor) && wanted.is(Kind::kPointer))) continue;
    const bool number = wanted.arithmetic() && value.is(Kind::kTensor);
    report(body.pos,
           "'" + name + "' makes " + with_article(value) + " for '" + entry.params[at].name +
               "', but '" + entry.name + "' takes " + with_article(wanted),
           number ? "std::tuple<torch::Tensor, " + to_string(wanted) +
                        ">, or a default value for '" + entry.params[at].name + "'"
                  : "");
    return;
  }
}

Type Checker::check_function(const HostFunction& function, const Bindings& bindings) {
  const auto& parsed = function.parsed();
  if (!parsed.ok()) {
    report(parsed.error().pos, parsed.error().message, parsed.error().accepted);
    return unknown();
  }
  const Function& body = **parsed;
  std::string key =
      body.name + "@" + std::to_string(body.pos.line) + ":" + std::to_string(body.pos.column);
  if (recording_) {
    for (const auto& [name, binding] : bindings) {
      key += ";" + name + "=" + to_string(binding.type) +
             (binding.value ? std::to_string(*binding.value) : "");
    }
  }
  if (const auto found = walked_.find(key); found != walked_.end()) return found->second;
  if (!walking_.insert(key).second)
    return unknown();  // recursion: what it returns is found by the outer walk
  const Type result = check_body(body, recording_ ? bindings : Bindings{});
  walking_.erase(key);
  walked_[key] = result;
  return result;
}

Type Checker::check_body(const Function& function, const Bindings& bindings) {
  auto scopes = std::exchange(scopes_, {Scope{}});
  auto returns = std::exchange(returns_, {});
  const int loops = std::exchange(loops_, 0), switches = std::exchange(switches_, 0),
            lenient = std::exchange(lenient_types_, 0);
  for (const TemplateParam& param : function.template_params) {
    const auto found = bindings.find(param.name);
    if (param.is_type) {
      Type bound = found == bindings.end() ? unknown() : found->second.type;
      // What only a run decides is taken as float when instantiations are guessed.
      if (!bound.known())
        bound = recording_ ? arithmetic(Kind::kFloat, "float")
                           : Type{Kind::kUnknown, param.name, {}, false};
      scopes_.back().types[param.name] = bound;
    } else if (!param.name.empty()) {
      Variable variable;
      variable.type = resolve(param.value_type);
      variable.is_const = true;
      if (found != bindings.end()) variable.value = found->second.value;
      scopes_.back().variables[param.name] = std::move(variable);
    }
  }
  for (const Param& param : function.params) {
    Variable variable;
    variable.type = resolve(param.type);
    variable.pos = param.pos;
    variable.is_const = param.type.is_const && param.type.pointers == 0;
    if (param.default_value)
      expect(check(*param.default_value).type, variable.type, param.default_value->pos,
             "the default of '" + param.name + "'");
    if (!param.name.empty()) declare(param.pos, param.name, std::move(variable));
  }
  const bool automatic = function.return_type.name == "auto";
  const Type declared = automatic ? unknown() : resolve(function.return_type);
  returns_.push_back({automatic ? std::nullopt : std::optional(declared), {}, true, function.name});
  if (const auto* block = std::get_if<BlockStmt>(&function.body->node)) {
    for (const StmtPtr& stmt : block->body) check(*stmt);
  }
  const bool needs_value = !automatic && declared.known() && !declared.is(Kind::kVoid);
  if (needs_value && falls_through(*function.body)) {
    report(function.pos,
           "'" + function.name + "' may end without returning " + with_article(declared),
           "a return on every path");
  }
  const auto& seen = returns_.back().seen;
  Type result = !automatic ? declared : seen.empty() ? of(Kind::kVoid) : seen.front();
  scopes_ = std::move(scopes);
  returns_ = std::move(returns);
  loops_ = loops;
  switches_ = switches;
  lenient_types_ = lenient;
  return result;
}

}  // namespace cudal1::program
