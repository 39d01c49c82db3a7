// Walks host code with static types. One object per check; errors are collected, never thrown.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cudal1/program/check.h"
#include "program/types.h"

namespace cudal1::program {

// What the walk knows about an expression.
struct Operand {
  Type type;
  bool lvalue = false;
  bool is_const = false;         // of the object
  std::optional<int64_t> value;  // when it is a constant
};

inline Operand value_of(Type type) { return {std::move(type), false, false, std::nullopt}; }

struct Variable {
  Type type;
  SourcePos pos;
  bool is_const = false;
  std::optional<int64_t> value;
  const LambdaExpr* lambda = nullptr;
  std::string kernel;  // auto k = kernel<float>;
};

struct Scope {
  std::map<std::string, Variable, std::less<>> variables;
  std::map<std::string, Type, std::less<>> types;
};

// Where `return` goes.
struct ReturnTarget {
  std::optional<Type> declared;  // none: inferred
  std::vector<Type> seen;
  bool in_function = true;  // else a lambda or a dispatch body
  std::string name;
};

// A kernel's template argument in force: a type or a number.
struct Binding {
  Type type;
  std::optional<int64_t> value;
  std::string spelling;  // as NVRTC should see it; empty when not known
};
using Bindings = std::map<std::string, Binding, std::less<>>;

class Checker {
 public:
  Checker(const Program& program, const OperatorCatalog* catalog);

  // Makes the walk bind what only a run decides (scalar_t, template parameters) and record
  // instantiations.
  void record_instantiations();
  const std::vector<std::string>& instantiations() const { return instantiations_; }

  void check_root(const std::string& name);
  std::vector<Diagnostic> take_findings();

 private:
  friend class TypeResolver;

  // findings
  void report(SourcePos pos, std::string message, std::string accepted = "", std::string rule = "");
  Type fail(SourcePos pos, std::string message, std::string accepted = "");  // report, then Unknown

  // check_roots.cpp
  void check_entry_signature(const HostFunction& function);
  void check_inputs(const std::string& name);
  void check_against_entry(const HostFunction& function, const Function& body);
  void index_globals();
  void index_device_names();
  Type check_function(const HostFunction& function, const Bindings& bindings);
  Type check_body(const Function& function, const Bindings& bindings);

  // check_types.cpp
  Type resolve(const TypeRef& type);
  Type resolve_name(const TypeRef& type);
  Type resolve_template(const TypeRef& type, Type head);
  Type unknown_type_name(const TypeRef& type);
  Type argument_type(const TemplateArg& arg);  // kUnknown for an expression
  std::optional<int64_t> argument_value(const TemplateArg& arg);
  bool declared_in_device_code(std::string_view name) const;
  // The host side has no objects of the file's classes: reports one and gives an unknown type.
  Type refuse_object(Type type, SourcePos pos);
  std::string expand_namespace(const std::string& name) const;

  // scopes
  void push_scope();
  void pop_scope();
  void declare(SourcePos pos, const std::string& name, Variable variable);
  const Variable* find_variable(std::string_view name);
  Variable* find_local(std::string_view name);
  const Type* find_alias(std::string_view name);
  const Variable* find_global(std::string_view name);

  // check_statements.cpp
  void check(const Stmt& stmt);
  void check(const DeclStmt& stmt, SourcePos pos);
  void check_declarator(const Declarator& declarator, const DeclStmt& stmt);
  Type initial_type(const Declarator& declarator, const Type& declared, Variable& variable);
  void bind_names(const Declarator& declarator, const Type& type);
  void check(const IfStmt& stmt);
  void check(const ForStmt& stmt);
  void check(const RangeForStmt& stmt);
  void check(const WhileStmt& stmt);
  void check(const SwitchStmt& stmt);
  void check_return(const ReturnStmt& stmt, SourcePos pos);
  void check_scoped(const Stmt* stmt);
  void check_condition(const Expr& condition);

  // check_expressions.cpp
  Operand check(const Expr& expr);
  Operand check_name(const NameExpr& name, SourcePos pos);
  Operand check_unary(const UnaryExpr& expr, SourcePos pos);
  Operand check_binary(const BinaryExpr& expr, SourcePos pos);
  Operand check_assign(const AssignExpr& expr, SourcePos pos);
  Operand check_conditional(const ConditionalExpr& expr, SourcePos pos);
  Operand check_index(const IndexExpr& expr, SourcePos pos);
  Operand check_cast(const CastExpr& expr, SourcePos pos);
  Operand check_construction(const Type& type, const std::vector<ExprPtr>& args, SourcePos pos);
  Operand check_list(const InitListExpr& expr, SourcePos pos);
  Operand check_member(const MemberExpr& expr, SourcePos pos);
  Operand check_dispatch(const DispatchExpr& expr, SourcePos pos);
  Type check_lambda(const LambdaExpr& expr);
  // A body inside a function, with its own returns, breaks and continues: the types it returns.
  std::vector<Type> check_nested(const Stmt& body, const char* name);
  Operand unknown_name(const NameExpr& name, SourcePos pos);
  void require_lvalue(const Expr& target, const Operand& operand, const char* action);
  void expect(const Type& from, const Type& to, SourcePos pos, const std::string& what);

  // check_calls.cpp
  Operand check_call(const CallExpr& call, SourcePos pos);
  Operand call_name(const NameExpr& name, const std::vector<ExprPtr>& args, SourcePos pos);
  Operand call_lambda(const Variable& variable, const std::string& name,
                      const std::vector<ExprPtr>& args, SourcePos pos);
  Operand call_host(const std::vector<const HostFunction*>& overloads, const NameExpr& name,
                    const std::vector<ExprPtr>& args, SourcePos pos);
  const HostFunction* choose_overload(const std::vector<const HostFunction*>& overloads,
                                      size_t count, const std::vector<Operand>& operands);
  Bindings bind_call(const Function& function, const NameExpr& name,
                     const std::vector<Operand>& operands);
  Operand call_builtin(const struct Builtin& builtin, const NameExpr& name,
                       const std::vector<ExprPtr>& args, SourcePos pos);
  Operand call_std(const NameExpr& name, const std::string& plain, const std::vector<ExprPtr>& args,
                   SourcePos pos);
  Operand call_cuda(const NameExpr& name, const std::vector<ExprPtr>& args, SourcePos pos);
  Operand call_torch(const NameExpr& name, std::string plain, const std::vector<ExprPtr>& args,
                     SourcePos pos);
  Operand call_method(const MemberExpr& member, const std::vector<ExprPtr>& args, SourcePos pos);
  Operand call_tensor_method(const MemberExpr& member, const std::vector<Operand>& operands,
                             const std::vector<ExprPtr>& args, SourcePos pos);
  Operand unknown_function(const NameExpr& name, SourcePos pos);
  Type tensor_template_result(const MemberExpr& member, const Type& result);
  Operand extremum(const NameExpr& name, const std::vector<Operand>& operands,
                   const std::vector<ExprPtr>& args);
  std::vector<Operand> check_all(const std::vector<ExprPtr>& args);
  bool check_count(const std::string& what, size_t given, int least, int most, SourcePos pos,
                   std::string accepted = "");

  // check_operators.cpp
  Type call_operator(const std::string& name, const std::string& written,
                     const std::vector<Operand>& operands, const std::vector<ExprPtr>& args,
                     bool method, SourcePos pos);
  const std::vector<OperatorSchema>* find_operator(std::string_view name, bool& out_first) const;
  Type unknown_operator(const std::string& name, const std::string& written, bool method,
                        SourcePos pos);

  // check_launches.cpp
  Operand check_launch(const LaunchExpr& launch, SourcePos pos);
  const Kernel* launched_kernel(const LaunchExpr& launch, SourcePos pos);
  void check_configuration(const LaunchExpr& launch, const Kernel& kernel);
  Bindings bind_kernel(const LaunchExpr& launch, const Kernel& kernel,
                       const std::vector<Operand>& operands, SourcePos pos);
  void check_launch_argument(const Kernel& kernel, const Param& param, const Type& wanted,
                             const Operand& given, const Expr& expr, size_t position);
  void record(const Kernel& kernel, const Bindings& bindings);
  Binding explicit_binding(const TemplateParam& param, const TemplateArg& arg);

  const Program& program_;
  const OperatorCatalog* catalog_;
  bool recording_ = false;
  bool using_indexing_ = false, using_torch_ = false, using_at_ = false;
  std::map<std::string, std::string> namespace_aliases_;
  std::vector<Diagnostic> findings_;
  std::set<std::string>
      reported_;  // position and message, so that a function walked twice reports once
  std::vector<std::string> instantiations_;

  std::vector<Scope> scopes_;
  std::vector<ReturnTarget> returns_;
  int loops_ = 0;  // enclosing loops of the current function or lambda
  int switches_ = 0;
  static constexpr int kMaxDepth = 1000;
  int depth_ = 0;                                    // of expressions, statements and aliases
  std::map<std::string, Type, std::less<>> walked_;  // function and bindings → return type
  std::set<std::string, std::less<>> walking_;
  // Namespace scope: looked at when something names it.
  struct GlobalDeclaration {
    const Declarator* declarator;
    const DeclStmt* stmt;
  };
  std::map<std::string, GlobalDeclaration, std::less<>> global_declarations_;
  std::map<std::string, const UsingStmt*, std::less<>> global_aliases_;
  std::map<std::string, Variable, std::less<>> globals_;
  std::map<std::string, Type, std::less<>> global_types_;
  std::set<std::string, std::less<>>
      device_names_;  // what the device side declares at namespace scope
  std::set<std::string, std::less<>> device_classes_;
  int lenient_types_ = 0;  // > 0: an unknown type name is the device compiler's business
};

}  // namespace cudal1::program
