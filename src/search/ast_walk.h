// Every expression below a node of the host side's tree, one level at a time.
#pragma once

#include <functional>

#include "cudal1/program/ast.h"

namespace cudal1::search {

using VisitExpr = std::function<void(const program::Expr&)>;
using VisitDeclarator = std::function<void(const program::Declarator&)>;

// Calls `visit` for the expressions directly below, in source order; those of a statement inside
// (a lambda's body) come one by one as well. `declared` sees the declarators among them before
// their initialisers; it may be empty. Null pointers are skipped.
void each_child(const program::Expr& expr, const VisitExpr& visit, const VisitDeclarator& declared);
void each_expr(const program::Stmt& stmt, const VisitExpr& visit, const VisitDeclarator& declared);

// `expr` and everything below it.
void each_below(const program::Expr& expr, const VisitExpr& visit);

}  // namespace cudal1::search
