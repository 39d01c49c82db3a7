#include "program/falls_through.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace cudal1::program {
namespace {

bool is_call_of(const Expr& expr, std::initializer_list<std::string_view> names) {
  const auto* call = std::get_if<CallExpr>(&expr.node);
  const auto* name = call ? std::get_if<NameExpr>(&call->callee->node) : nullptr;
  return name && std::find(names.begin(), names.end(), name->name) != names.end();
}

// TORCH_CHECK(false, …), AT_ERROR(…), exit(1), abort()
bool ends_run(const Expr& expr) {
  if (is_call_of(expr, {"AT_ERROR", "exit", "abort", "std::exit", "std::abort", "std::terminate",
                        "TORCH_USER_ERROR"}))
    return true;
  if (!is_call_of(expr, {"TORCH_CHECK", "TORCH_INTERNAL_ASSERT", "AT_ASSERTM",
                         "TORCH_CHECK_NOT_IMPLEMENTED", "TORCH_CHECK_VALUE", "assert"})) {
    return false;
  }
  const auto& args = std::get<CallExpr>(expr.node).args;
  const auto* literal = args.empty() ? nullptr : std::get_if<BoolLiteral>(&args[0]->node);
  return literal && !literal->value;
}

bool is_true(const Expr* condition) {
  if (!condition) return true;
  if (const auto* literal = std::get_if<BoolLiteral>(&condition->node)) return literal->value;
  const auto* number = std::get_if<IntLiteral>(&condition->node);
  return number && number->value != 0;
}

bool breaks_out(const Stmt* stmt) {
  if (!stmt) return false;
  const auto any = [](const std::vector<StmtPtr>& list) {
    return std::any_of(list.begin(), list.end(),
                       [](const StmtPtr& s) { return breaks_out(s.get()); });
  };
  if (std::holds_alternative<BreakStmt>(stmt->node)) return true;
  if (const auto* block = std::get_if<BlockStmt>(&stmt->node)) return any(block->body);
  if (const auto* branch = std::get_if<IfStmt>(&stmt->node)) {
    return breaks_out(branch->then.get()) || breaks_out(branch->otherwise.get());
  }
  return false;  // loops and switches catch their own
}

bool switch_falls_through(const SwitchStmt& choice) {
  bool has_default = false;
  for (const SwitchCase& one : choice.cases) {
    has_default |= one.is_default;
    for (const StmtPtr& stmt : one.body) {
      if (breaks_out(stmt.get())) return true;
    }
  }
  if (!has_default || choice.cases.empty()) return true;
  const auto& last = choice.cases.back().body;  // earlier cases fall into the next
  return last.empty() ||
         std::all_of(last.begin(), last.end(), [](const StmtPtr& s) { return falls_through(*s); });
}

}  // namespace

bool falls_through(const Stmt& stmt) {
  if (std::holds_alternative<ReturnStmt>(stmt.node) || std::holds_alternative<ThrowStmt>(stmt.node))
    return false;
  if (const auto* expr = std::get_if<ExprStmt>(&stmt.node)) return !ends_run(*expr->expr);
  if (const auto* block = std::get_if<BlockStmt>(&stmt.node)) {
    return std::all_of(block->body.begin(), block->body.end(),
                       [](const StmtPtr& s) { return falls_through(*s); });
  }
  if (const auto* branch = std::get_if<IfStmt>(&stmt.node)) {
    if (branch->is_constexpr) return false;  // what is left depends on a template argument
    return !branch->otherwise || falls_through(*branch->then) || falls_through(*branch->otherwise);
  }
  if (const auto* loop = std::get_if<WhileStmt>(&stmt.node)) {
    return !is_true(loop->condition.get()) || breaks_out(loop->body.get());
  }
  if (const auto* loop = std::get_if<ForStmt>(&stmt.node)) {
    return !is_true(loop->condition.get()) || breaks_out(loop->body.get());
  }
  if (const auto* choice = std::get_if<SwitchStmt>(&stmt.node))
    return switch_falls_through(*choice);
  return true;
}

}  // namespace cudal1::program
