#include "block_uses.h"

#include <algorithm>
#include <functional>

#include "ast_walk.h"
#include "ceil_div.h"

namespace cudal1::search {
namespace {

using namespace program;

constexpr int kMaxDepth = 8;  // variables made from variables

class Finder {
 public:
  Finder(const Program& program, const Anchor& anchor, const HostNames& locals,
         const SourceText& source)
      : program_(program), anchor_(anchor), locals_(locals), source_(source) {}

  BlockUses find(const Stmt& body) {
    each_expr(body, visit_, declared_);
    return std::move(uses_);
  }

 private:
  void visit(const Expr& expr) {
    if (expected_.contains(&expr)) return;
    if (const auto* launch = std::get_if<LaunchExpr>(&expr.node)) return visit_launch(*launch);
    if (const auto division = as_ceil_div(program_, expr, anchor_, source_)) {
      for (const Expr* size : division->sizes) collect(*size, 0);
      for (const Expr* lesser : division->lesser) collect(*lesser, -1);
      for (const Expr* term : division->dividend) visit(*term);
    } else if (is_size(expr) || is_extents(expr) || is_lesser_literal(expr)) {
      uses_.understood = false;
    } else {
      each_child(expr, visit_, declared_);
    }
  }

  // A variable that is another name for the size. find_block_uses() was told of those that stand
  // for it; their initialisers are no use of their own.
  void declared(const Declarator& declarator) {
    if (declarator.names.size() != 1) return;
    const bool variable = anchor_.variables.contains(declarator.names[0]);
    const bool extents = anchor_.extents.contains(declarator.names[0]);
    if (!variable && !extents) return;
    for (const ExprPtr& init : declarator.init)
      if (init) each_below(*init, [&](const Expr& expr) { expected_.insert(&expr); });
  }

  void visit_launch(const LaunchExpr& launch) {
    visit(*launch.grid);
    for (const TemplateArg& arg : launch.template_args)
      if (arg.expr) visit(*arg.expr);
    for (const ExprPtr& arg : launch.args) visit(*arg);
    if (launch.stream) visit(*launch.stream);
    if (!is_block(*launch.block)) {
      visit(*launch.block);
      if (launch.shared) visit(*launch.shared);
      return;
    }
    if (launch.shared) visit_shared(*launch.shared);
    uses_.launches.push_back({launch.kernel, follows(*launch.grid, 0)});
  }

  // The launch's own block. Collects the literal when it is one.
  bool is_block(const Expr& block) {
    const Expr& expr = bare(block);
    if (is_size(expr)) {
      collect(expr, 0);
      return true;
    }
    if (is_extents(expr)) return true;
    const auto* cast = std::get_if<CastExpr>(&expr.node);
    if (!cast || cast->type.name != "dim3" || cast->args.empty() || !is_size(*cast->args[0]))
      return false;
    for (size_t i = 1; i < cast->args.size(); ++i) {
      const auto* literal = std::get_if<IntLiteral>(&cast->args[i]->node);
      if (!literal || literal->value != 1) return false;
    }
    collect(*cast->args[0], 0);
    return true;
  }

  // Memory in proportion to the size follows it. Memory that does not mention it is fine unless a
  // number in it may be the size in disguise.
  void visit_shared(const Expr& shared) {
    bool mentions = false;
    bool number = false;
    each_below(shared, [&](const Expr& expr) {
      if (is_size(expr)) {
        collect(expr, 0);
        mentions = true;
      } else if (const auto* literal = std::get_if<IntLiteral>(&expr.node)) {
        number = number || literal->value >= 32;
      } else if (const auto* name = std::get_if<NameExpr>(&expr.node)) {
        if (const Declarator* made = locals_.find(name->name))
          for (const ExprPtr& init : made->init)
            if (const auto* literal = init ? std::get_if<IntLiteral>(&bare(*init).node) : nullptr)
              number = number || literal->value >= 32;
      }
    });
    if (!mentions && number) uses_.understood = false;
  }

  // Whether the size is anywhere in `expr` or in what its variables were made from.
  bool follows(const Expr& expr, int depth) const {
    bool found = false;
    each_below(expr, [&](const Expr& part) {
      if (found || is_size(part)) {
        found = true;
      } else if (const auto* name = std::get_if<NameExpr>(&part.node); name && depth < kMaxDepth) {
        const Declarator* made = locals_.find(name->name);
        found = made && std::ranges::any_of(made->init, [&](const ExprPtr& init) {
                  return init && follows(*init, depth + 1);
                });
      }
    });
    return found;
  }

  bool is_size(const Expr& expr) const {
    // Casts are taken off by means(); here the cast itself is a node on the way to its operand.
    return &bare(expr) == &expr && means(expr, anchor_, source_);
  }
  bool is_extents(const Expr& expr) const {
    const auto* name = std::get_if<NameExpr>(&expr.node);
    return name && anchor_.extents.contains(name->name);
  }
  bool is_lesser_literal(const Expr& expr) const {
    return anchor_.kind == Anchor::Kind::kLiteral && means(expr, anchor_, source_, -1);
  }

  void collect(const Expr& expr, int64_t offset) {
    const Expr& it = bare(expr);
    if (anchor_.kind != Anchor::Kind::kLiteral || !std::holds_alternative<IntLiteral>(it.node))
      return;
    const int length = source_.digits_at(it.pos, anchor_.value + offset);
    if (length == 0) uses_.understood = false;
    uses_.literals.push_back({it.pos, length, offset});
  }

  const Program& program_;
  const Anchor& anchor_;
  const HostNames& locals_;
  const SourceText& source_;
  BlockUses uses_;
  std::set<const Expr*> expected_;
  const VisitExpr visit_ = [this](const Expr& expr) { visit(expr); };
  const VisitDeclarator declared_ = [this](const Declarator& it) { declared(it); };
};

}  // namespace

BlockUses find_block_uses(const Program& program, const Stmt& body, const Anchor& anchor,
                          const HostNames& locals, const SourceText& source) {
  return Finder(program, anchor, locals, source).find(body);
}

}  // namespace cudal1::search
