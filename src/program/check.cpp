#include "cudal1/program/check.h"

#include <algorithm>
#include <utility>

#include "program/checker.h"
#include "program/names.h"

namespace cudal1::program {

Checker::Checker(const Program& program, const OperatorCatalog* catalog)
    : program_(program), catalog_(catalog) {
  index_globals();
  index_device_names();
}

void Checker::record_instantiations() { recording_ = true; }

void Checker::report(SourcePos pos, std::string message, std::string accepted, std::string rule) {
  const std::string key =
      std::to_string(pos.line) + ":" + std::to_string(pos.column) + ":" + message;
  if (reported_.insert(key).second)
    findings_.push_back({pos, std::move(message), std::move(accepted), std::move(rule)});
}

Type Checker::fail(SourcePos pos, std::string message, std::string accepted) {
  report(pos, std::move(message), std::move(accepted));
  return unknown();
}

std::vector<Diagnostic> Checker::take_findings() {
  std::stable_sort(
      findings_.begin(), findings_.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::pair(a.pos.line, a.pos.column) < std::pair(b.pos.line, b.pos.column);
      });
  return std::move(findings_);
}

void Checker::push_scope() { scopes_.emplace_back(); }
void Checker::pop_scope() { scopes_.pop_back(); }

void Checker::declare(SourcePos pos, const std::string& name, Variable variable) {
  if (name.empty() || name == "_") return;
  auto& variables = scopes_.back().variables;
  const auto found = variables.find(name);
  if (found != variables.end()) {
    const std::string line =
        found->second.pos.line ? " on line " + std::to_string(found->second.pos.line) : "";
    report(pos, "'" + name + "' is declared twice",
           "another name: the first declaration is" + (line.empty() ? " above" : line));
  }
  variables[name] = std::move(variable);
}

const Variable* Checker::find_variable(std::string_view name) {
  if (Variable* local = find_local(name)) return local;
  return find_global(name);
}

Variable* Checker::find_local(std::string_view name) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    const auto found = scope->variables.find(name);
    if (found != scope->variables.end()) return &found->second;
  }
  return nullptr;
}

const Type* Checker::find_alias(std::string_view name) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    const auto found = scope->types.find(name);
    if (found != scope->types.end()) return &found->second;
  }
  const std::string key(name);
  if (const auto known = global_types_.find(key); known != global_types_.end())
    return &known->second;
  const auto found = global_aliases_.find(key);
  if (found == global_aliases_.end()) return nullptr;
  global_types_[key] = {Kind::kUnknown, key, {}, false};  // an alias of itself ends here
  if (depth_ >= kMaxDepth) return &global_types_[key];
  ++depth_, ++lenient_types_;
  Type type = resolve(found->second->type);
  --depth_, --lenient_types_;
  return &(global_types_[key] = std::move(type));
}

const Variable* Checker::find_global(std::string_view name) {
  const std::string key(name);
  if (const auto known = globals_.find(key); known != globals_.end()) return &known->second;
  const auto found = global_declarations_.find(key);
  if (found == global_declarations_.end()) {
    for (const DeviceVariable& device : program_.device_variables()) {
      if (device.name != name && last_component(device.name) != name) continue;
      Variable variable;
      variable.pos = device.pos;
      return &(globals_[key] = std::move(variable));
    }
    return nullptr;
  }
  globals_[key] = {};  // a constant defined by itself ends here
  const auto [declarator, stmt] = found->second;
  auto scopes = std::exchange(scopes_, {Scope{}});
  DeclStmt plain;
  plain.is_constexpr = stmt->is_constexpr;
  const bool constant = stmt->is_constexpr || declarator->type.is_const;
  if (!constant) {
    report(declarator->pos, "the global variable '" + key + "' keeps state between calls",
           "const or constexpr, or a local variable");
  }
  check_declarator(*declarator, plain);
  const auto& variables = scopes_.back().variables;
  Variable variable = variables.empty() ? Variable{} : variables.begin()->second;
  scopes_ = std::move(scopes);
  return &(globals_[key] = std::move(variable));
}

void Checker::index_globals() {
  for (const StmtPtr& stmt : program_.globals()) {
    if (const auto* declaration = std::get_if<DeclStmt>(&stmt->node)) {
      for (const Declarator& declarator : declaration->declarators) {
        for (const std::string& name : declarator.names) {
          global_declarations_[name] = {&declarator, declaration};
          global_declarations_.emplace(std::string(last_component(name)),
                                       GlobalDeclaration{&declarator, declaration});
        }
      }
    } else if (const auto* alias = std::get_if<UsingStmt>(&stmt->node)) {
      global_aliases_[alias->name] = alias;
      global_aliases_.emplace(std::string(last_component(alias->name)), alias);
    }
  }
}

std::vector<Diagnostic> check_host(const Program& program, const std::vector<std::string>& roots,
                                   const OperatorCatalog* catalog) {
  Checker checker(program, catalog);
  for (const std::string& root : roots) checker.check_root(root);
  return checker.take_findings();
}

std::vector<std::string> guess_instantiations(const Program& program,
                                              const std::vector<std::string>& roots) {
  Checker checker(program, nullptr);
  checker.record_instantiations();
  for (const std::string& root : roots) checker.check_root(root);
  return checker.instantiations();
}

}  // namespace cudal1::program
