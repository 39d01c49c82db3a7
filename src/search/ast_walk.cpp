#include "ast_walk.h"

#include <type_traits>

namespace cudal1::search {
namespace {

using namespace program;

class Walk {
 public:
  Walk(const VisitExpr& visit, const VisitDeclarator& declared)
      : visit_(visit), declared_(declared) {}

  void children(const Expr& expr) {
    std::visit([this](const auto& node) { children_of(node); }, expr.node);
  }

  void stmt(const Stmt& stmt) {
    std::visit([this](const auto& node) { parts_of(node); }, stmt.node);
  }

 private:
  void see(const ExprPtr& expr) {
    if (expr) visit_(*expr);
  }
  void see(const StmtPtr& stmt) {
    if (stmt) this->stmt(*stmt);
  }
  void see(const std::vector<TemplateArg>& args) {
    for (const TemplateArg& arg : args)
      if (arg.expr) visit_(*arg.expr);
  }
  template <typename T>
  void see(const std::vector<T>& all) {
    for (const T& one : all) see(one);
  }
  void see(const Param& param) { see(param.default_value); }
  void see(const Declarator& declarator) {
    if (declared_) declared_(declarator);
    see(declarator.array_extents);
    see(declarator.init);
  }
  void see(const SwitchCase& one) {
    see(one.labels);
    see(one.body);
  }
  template <typename... Parts>
  void all(const Parts&... parts) {
    (see(parts), ...);
  }

  void children_of(const IntLiteral&) {}
  void children_of(const FloatLiteral&) {}
  void children_of(const BoolLiteral&) {}
  void children_of(const StringLiteral&) {}
  void children_of(const NullLiteral&) {}
  void children_of(const NameExpr& it) { all(it.template_args); }
  void children_of(const UnaryExpr& it) { all(it.operand); }
  void children_of(const BinaryExpr& it) { all(it.left, it.right); }
  void children_of(const AssignExpr& it) { all(it.target, it.value); }
  void children_of(const ConditionalExpr& it) { all(it.condition, it.then, it.otherwise); }
  void children_of(const MemberExpr& it) { all(it.object, it.template_args); }
  void children_of(const CallExpr& it) { all(it.callee, it.args); }
  void children_of(const IndexExpr& it) { all(it.object, it.indices); }
  void children_of(const CastExpr& it) { all(it.type.args, it.args); }
  void children_of(const InitListExpr& it) { all(it.type.args, it.elements); }
  void children_of(const SizeOfExpr& it) { all(it.operand); }
  void children_of(const LambdaExpr& it) { all(it.params, it.body); }
  void children_of(const LaunchExpr& it) {
    all(it.template_args, it.grid, it.block, it.shared, it.stream, it.args);
  }
  void children_of(const DispatchExpr& it) { all(it.selector, it.body); }

  void parts_of(const DeclStmt& it) { all(it.declarators); }
  void parts_of(const ExprStmt& it) { all(it.expr); }
  void parts_of(const IfStmt& it) { all(it.init, it.condition, it.then, it.otherwise); }
  void parts_of(const ForStmt& it) { all(it.init, it.condition, it.step, it.body); }
  void parts_of(const RangeForStmt& it) { all(it.variable, it.range, it.body); }
  void parts_of(const WhileStmt& it) { all(it.condition, it.body); }
  void parts_of(const SwitchStmt& it) { all(it.value, it.cases); }
  void parts_of(const ReturnStmt& it) { all(it.value); }
  void parts_of(const BreakStmt&) {}
  void parts_of(const ContinueStmt&) {}
  void parts_of(const BlockStmt& it) { all(it.body); }
  void parts_of(const ThrowStmt& it) { all(it.value); }
  void parts_of(const UsingStmt&) {}

  const VisitExpr& visit_;
  const VisitDeclarator& declared_;
};

}  // namespace

void each_child(const Expr& expr, const VisitExpr& visit, const VisitDeclarator& declared) {
  Walk(visit, declared).children(expr);
}

void each_expr(const Stmt& stmt, const VisitExpr& visit, const VisitDeclarator& declared) {
  Walk(visit, declared).stmt(stmt);
}

void each_below(const Expr& expr, const VisitExpr& visit) {
  visit(expr);
  each_child(expr, [&](const Expr& child) { each_below(child, visit); }, {});
}

}  // namespace cudal1::search
