// Every expression below a statement, parents first.
#pragma once

#include <functional>

#include "cudal1/program/ast.h"

namespace cudal1::program {

using ExprVisitor = std::function<void(const Expr&)>;
void walk(const Stmt& stmt, const ExprVisitor& visit);
void walk(const Expr& expr, const ExprVisitor& visit);

}  // namespace cudal1::program
