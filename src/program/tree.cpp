#include "program/tree.h"

namespace cudal1::program {
namespace {

struct Children {
  const ExprVisitor& visit;

  void one(const ExprPtr& expr) const {
    if (expr) walk(*expr, visit);
  }
  void one(const StmtPtr& stmt) const {
    if (stmt) walk(*stmt, visit);
  }
  template <typename T>
  void all(const std::vector<T>& list) const {
    for (const T& element : list) one(element);
  }
  void one(const Declarator& declarator) const {
    all(declarator.array_extents);
    all(declarator.init);
  }

  void operator()(const IntLiteral&) const {}
  void operator()(const FloatLiteral&) const {}
  void operator()(const BoolLiteral&) const {}
  void operator()(const StringLiteral&) const {}
  void operator()(const NullLiteral&) const {}
  void operator()(const NameExpr&) const {}
  void operator()(const UnaryExpr& e) const { one(e.operand); }
  void operator()(const BinaryExpr& e) const { one(e.left), one(e.right); }
  void operator()(const AssignExpr& e) const { one(e.target), one(e.value); }
  void operator()(const ConditionalExpr& e) const {
    one(e.condition), one(e.then), one(e.otherwise);
  }
  void operator()(const MemberExpr& e) const { one(e.object); }
  void operator()(const CallExpr& e) const { one(e.callee), all(e.args); }
  void operator()(const IndexExpr& e) const { one(e.object), all(e.indices); }
  void operator()(const CastExpr& e) const { all(e.args); }
  void operator()(const InitListExpr& e) const { all(e.elements); }
  void operator()(const SizeOfExpr& e) const { one(e.operand); }
  void operator()(const LambdaExpr& e) const { one(e.body); }
  void operator()(const LaunchExpr& e) const {
    one(e.grid), one(e.block), one(e.shared), one(e.stream), all(e.args);
  }
  void operator()(const DispatchExpr& e) const { one(e.selector), one(e.body); }

  void operator()(const DeclStmt& s) const { all(s.declarators); }
  void operator()(const ExprStmt& s) const { one(s.expr); }
  void operator()(const IfStmt& s) const {
    one(s.init), one(s.condition), one(s.then), one(s.otherwise);
  }
  void operator()(const ForStmt& s) const {
    one(s.init), one(s.condition), one(s.step), one(s.body);
  }
  void operator()(const RangeForStmt& s) const { one(s.range), one(s.body); }
  void operator()(const WhileStmt& s) const { one(s.condition), one(s.body); }
  void operator()(const SwitchStmt& s) const {
    one(s.value);
    for (const SwitchCase& branch : s.cases) all(branch.labels), all(branch.body);
  }
  void operator()(const ReturnStmt& s) const { one(s.value); }
  void operator()(const BreakStmt&) const {}
  void operator()(const ContinueStmt&) const {}
  void operator()(const BlockStmt& s) const { all(s.body); }
  void operator()(const ThrowStmt& s) const { one(s.value); }
  void operator()(const UsingStmt&) const {}
};

}  // namespace

void walk(const Expr& expr, const ExprVisitor& visit) {
  visit(expr);
  std::visit(Children{visit}, expr.node);
}

void walk(const Stmt& stmt, const ExprVisitor& visit) { std::visit(Children{visit}, stmt.node); }

}  // namespace cudal1::program
