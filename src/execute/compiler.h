// Turns one function's tree into closures. Names become slots, types are fixed, template parameters
// are bound.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "interpreter.h"
#include "operators.h"

namespace cudal1::execute {

class Compiler {
 public:
  Compiler(Interpreter& interpreter, Instance& instance, Bindings outermost);

  size_t declare(const std::string& name, const Type& type);
  void bind_type(const std::string& name, const Type& type);

  Exec statement(const program::Stmt& statement);
  Eval expression(const program::Expr& expression);
  Type type(const program::TypeRef& ref) const;

 private:
  using SourcePos = program::SourcePos;
  struct Lambda;  // compiled in the frame of the function around it

  const Binding* find(const std::string& name) const;
  [[noreturn]] static void unsupported(const std::string& what, SourcePos pos);

  // compile_stmt.cpp
  Exec block(const program::BlockStmt& node);
  Exec if_statement(const program::IfStmt& node);
  Exec switch_statement(const program::SwitchStmt& node);
  Exec return_statement(const program::ReturnStmt& node);
  Exec throw_statement(const program::ThrowStmt& node, SourcePos pos);

  // compile_declaration.cpp
  Exec declaration(const program::DeclStmt& node);
  Exec declarator(const program::Declarator& node);

  // compile_loop.cpp
  Exec for_statement(const program::ForStmt& node);
  Exec range_for(const program::RangeForStmt& node);
  Exec while_statement(const program::WhileStmt& node);

  // compile_expr.cpp
  Eval name(const program::NameExpr& node, SourcePos pos);
  Eval unary(const program::UnaryExpr& node, SourcePos pos);
  Eval binary(const program::BinaryExpr& node, SourcePos pos);
  Eval member(const program::MemberExpr& node, SourcePos pos);
  Eval index(const program::IndexExpr& node, SourcePos pos);
  Eval cast(const program::CastExpr& node, SourcePos pos);
  Eval init_list(const program::InitListExpr& node, SourcePos pos);
  Eval size_of(const program::SizeOfExpr& node, SourcePos pos);

  // compile_assign.cpp
  Place place(const program::Expr& expression);
  Eval step(const program::UnaryExpr& node, SourcePos pos);
  Eval assign(const program::AssignExpr& node, SourcePos pos);
  Eval assign_member(const program::MemberExpr& target, Eval value, SourcePos pos);
  Eval assign_tie(const program::CallExpr& target, Eval value, SourcePos pos);

  // compile_lambda.cpp
  std::shared_ptr<Lambda> compile_lambda(const program::LambdaExpr& node);
  Eval lambda(const program::LambdaExpr& node);
  Eval dispatch(const program::DispatchExpr& node, SourcePos pos);
  Eval call(const program::CallExpr& node, SourcePos pos);  // of a lambda or by name

  static Value call_lambda(const Value& target, Values& arguments, Frame& frame, SourcePos pos);

  // compile_algorithm.cpp: `otherwise` where the last argument is no lambda
  Eval algorithm_call(const program::NameExpr& callee, const program::CallExpr& node,
                      Eval otherwise, SourcePos pos);

  // compile_call.cpp
  Eval named_call(const program::NameExpr& callee, const program::CallExpr& node, SourcePos pos);
  Eval builtin_call(Builtin builtin, const program::NameExpr& callee, const program::CallExpr& node,
                    SourcePos pos);
  Eval operator_call(const std::string& name, const program::CallExpr& node, SourcePos pos);
  Eval host_call(const std::string& name, const program::NameExpr& callee,
                 const program::CallExpr& node, SourcePos pos);

  // compile_method_call.cpp
  Eval method_call(const program::MemberExpr& callee, const program::CallExpr& node, SourcePos pos);

  // compile_check_call.cpp
  static bool is_check(const std::string& name);
  Eval check_call(const program::NameExpr& callee, const program::CallExpr& node, SourcePos pos);

  // compile_cuda_call.cpp
  Eval symbol_copy(const program::CallExpr& node, SourcePos pos);
  Eval occupancy_call(const program::CallExpr& node, SourcePos pos);
  Eval block_size_call(const program::CallExpr& node, SourcePos pos);

  // compile_arguments.cpp
  std::vector<Eval> expressions(const std::vector<program::ExprPtr>& nodes);
  // Change the variables that arguments are, should parameters be references to them; empty for
  // other arguments.
  using Writer = std::function<void(Frame&, Value)>;
  Writer writer(const program::Expr& expression);
  std::vector<Writer> writers(const std::vector<program::ExprPtr>& nodes);
  // `left`: what the callee left in parameters that are references; Void for the others.
  static void write_back(const std::vector<Writer>& writers, Values& left, Frame& frame);
  std::vector<EvalTArg> template_arguments(const std::vector<program::TemplateArg>& args);
  EvalTArg template_argument(const program::TemplateArg& arg);

  // compile_launch.cpp
  const program::NameExpr* kernel_in(const program::Expr& expression) const;
  Eval launch(const program::LaunchExpr& node, SourcePos pos);

  Interpreter& interpreter_;
  Instance& instance_;
  std::vector<Bindings> scopes_;
};

TArgs evaluate(const std::vector<EvalTArg>& args, Frame& frame);
Values evaluate(const std::vector<Eval>& expressions, Frame& frame);
// Arithmetic and comparison between any two values: numbers, tensors, lists, types, pointers,
// strings.
Value apply_binary(Context& context, program::BinaryOp op, const Value& left, const Value& right,
                   OperatorSite* site, program::SourcePos pos);
const char* tensor_operator(program::BinaryOp op);  // "add", "mul", …; null when there is none
// The parts that `auto [a, b] = value` takes apart.
const Values& parts_of(const Value& value, size_t count, program::SourcePos pos);
bool truthy(const Value& value, program::SourcePos pos);
c10::ScalarType scalar_type_named(const std::string& name);

}  // namespace cudal1::execute
