#include "cudal1/program/program.h"

#include <algorithm>

#include "program/host_function.h"
#include "program/lexer.h"
#include "program/members.h"
#include "program/program_impl.h"
#include "program/sides.h"

namespace cudal1::program {
namespace {

// No program is larger; what is, is data under a wrong name.
constexpr size_t kMaxSourceBytes = 4u << 20;

// namespace F = torch::nn::functional;
void name_alias(const Tokens& tokens, const Item& item, Names* names) {
  std::string target;
  for (size_t i = item.begin + 3; i + 1 < item.end; ++i) target += tokens[i].text;
  names->add_alias(tokens[item.begin + 1].text, target);
}

void name_item(const Item& item, Names* names) {
  if (item.name.empty() || item.is_member) return;
  switch (item.kind) {
    case ItemKind::kFunction:
    case ItemKind::kPrototype:
      names->add(item.qualified(), item.is_global ? NameKind::kKernel : NameKind::kFunction);
      return;
    case ItemKind::kVariable:
      names->add(item.qualified(), NameKind::kVariable);
      return;
    case ItemKind::kType:
    case ItemKind::kAlias:
      names->add(item.qualified(), NameKind::kType);
      return;
    case ItemKind::kBinding:
    case ItemKind::kOther:
      return;
  }
}

// Names of a variable declaration, qualified by the namespace it stands in.
void qualify(const std::string& scope, Stmt* statement) {
  auto* declaration = std::get_if<DeclStmt>(&statement->node);
  if (!declaration) return;
  for (Declarator& declarator : declaration->declarators) {
    for (std::string& name : declarator.names) name = scope + name;
  }
}

void add_variable(Program::Impl* program, const Tokens& tokens, const Item& item) {
  StmtPtr statement;
  try {
    statement = parse_variable(tokens, program->names, item);
  } catch (const SyntaxError&) {
    return;  // nobody may need it; who does is told that the name is not known
  }
  qualify(item.scope, statement.get());
  if (item.is_device) {
    for (const Declarator& declarator : std::get<DeclStmt>(statement->node).declarators) {
      DeviceVariable variable{declarator.pos, declarator.names.front(), declarator.type,
                              item.is_constant_memory};
      program->device_variables.push_back(std::move(variable));
    }
  }
  if (item.on_host) program->globals.push_back(std::move(statement));
}

void add_item(Program::Impl* program, const Tokens& tokens, const Item& item) {
  switch (item.kind) {
    case ItemKind::kFunction:
      if (item.is_global && !item.is_specialisation)
        program->kernels.push_back(parse_kernel(tokens, program->names, item));
      if (item.on_host && !item.is_member)
        program->functions.push_back(make_host_function(tokens, program->names, item));
      return;
    case ItemKind::kVariable:
      return add_variable(program, tokens, item);
    case ItemKind::kType:
    case ItemKind::kAlias:
      return add_type_members(tokens, item, program->names, &program->globals);
    case ItemKind::kBinding:
      return read_bindings(tokens, item, program->names, &program->bindings);
    case ItemKind::kPrototype:
    case ItemKind::kOther:
      return;
  }
}

}  // namespace

void add_declarations(Program::Impl* program, const Tokens& tokens, std::vector<Item>* items) {
  *items = split(tokens);
  for (const Item& item : *items) {
    name_item(item, &program->names);
    const bool alias = item.kind == ItemKind::kAlias && tokens[item.begin].is("namespace");
    if (alias) name_alias(tokens, item, &program->names);
    if (item.kind == ItemKind::kType) name_members(tokens, item, &program->names);
  }
  for (const Item& item : *items) add_item(program, tokens, item);
}

std::string default_entry(const Program::Impl& program) {
  const auto has = [&](std::string_view name) {
    return std::any_of(
        program.functions.begin(), program.functions.end(),
        [&](const auto& function) { return names_match(function->signature().name, name); });
  };
  if (has("forward")) return "forward";
  const auto& bound = program.bindings.functions;
  if (const auto forward = bound.find("forward"); forward != bound.end()) return forward->second;
  if (bound.size() == 1 && has(bound.begin()->second)) return bound.begin()->second;
  return "";
}

Result<Program, Diagnostic> parse(std::string path, std::string source,
                                  const ParseOptions& options) {
  if (source.size() > kMaxSourceBytes) {
    return Diagnostic{{},
                      "the file has " + std::to_string(source.size() >> 20) + " MiB",
                      "programs of at most 4 MiB"};
  }
  auto impl = std::make_unique<Program::Impl>();
  impl->path = std::move(path);
  impl->source = std::move(source);
  try {
    impl->file = preprocess(lex(impl->source), options);
    add_declarations(impl.get(), impl->file.tokens, &impl->items);
  } catch (const SyntaxError& error) {
    return error.diagnostic;
  }
  impl->device_source = make_device_source(impl->source, impl->file, impl->items);
  impl->entry = default_entry(*impl);
  return Program(std::move(impl));
}

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const std::string& Program::path() const { return impl_->path; }
const std::string& Program::source() const { return impl_->source; }
const std::string& Program::device_source() const { return impl_->device_source; }
const std::vector<Kernel>& Program::kernels() const { return impl_->kernels; }
const std::vector<TuneParam>& Program::tune_params() const { return impl_->file.tune_params; }
const TuneSetting& Program::tune() const { return impl_->file.tune; }
const std::vector<DeviceVariable>& Program::device_variables() const {
  return impl_->device_variables;
}
const std::vector<StmtPtr>& Program::globals() const { return impl_->globals; }
const std::string& Program::entry() const { return impl_->entry; }
const std::optional<Diagnostic>& Program::refused_binding() const {
  return impl_->bindings.refused;
}
const std::map<std::string, std::string>& Program::bindings() const {
  return impl_->bindings.functions;
}

const Kernel* Program::find_kernel(std::string_view name) const {
  const Kernel* found = nullptr;
  for (const Kernel& kernel : impl_->kernels) {
    if (kernel.name == name) return &kernel;
    if (!names_match(kernel.name, name) && last_component(kernel.name) != last_component(name))
      continue;
    if (found) return nullptr;
    found = &kernel;
  }
  return found;
}

std::vector<const HostFunction*> Program::functions(std::string_view name) const {
  std::vector<const HostFunction*> found;
  for (const auto& function : impl_->functions) {
    if (names_match(function->signature().name, name)) found.push_back(function.get());
  }
  return found;
}

std::vector<const HostFunction*> Program::all_functions() const {
  std::vector<const HostFunction*> all;
  for (const auto& function : impl_->functions) all.push_back(function.get());
  return all;
}

std::vector<std::string> Program::input_functions() const {
  std::vector<std::string> names;
  for (const auto& function : impl_->functions) {
    const std::string name(last_component(function->signature().name));
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    if (name == "inputs") names.insert(names.begin(), name);
    if (name.rfind("inputs_", 0) == 0) names.push_back(name);
  }
  return names;
}

}  // namespace cudal1::program
