#include <algorithm>
#include <memory>

#include "ast_walk.h"
#include "block_anchor.h"
#include "block_uses.h"
#include "cudal1/core/assert.h"
#include "cudal1/search/tuner.h"
#include "device_text.h"

namespace cudal1::search {
namespace {

using namespace program;

constexpr int64_t kMaxThreads = 1024;

// A host function with what was found in its body.
struct Scope {
  const Stmt* body;
  HostNames names;
  std::vector<const LaunchExpr*> launches;
};

// Names whose value may change after their declaration: assigned, counted, or their address taken.
void forget_changed(const Expr& expr, HostNames& names) {
  const Expr* target = nullptr;
  if (const auto* assign = std::get_if<AssignExpr>(&expr.node)) target = assign->target.get();
  if (const auto* unary = std::get_if<UnaryExpr>(&expr.node))
    if (unary->op == UnaryOp::kAddressOf || unary->op >= UnaryOp::kPreIncrement)
      target = unary->operand.get();
  while (target) {
    if (const auto* name = std::get_if<NameExpr>(&target->node)) {
      names.forget(name->name);
      return;
    }
    const auto* member = std::get_if<MemberExpr>(&target->node);
    target = member ? member->object.get() : nullptr;
  }
}

Scope make_scope(const Function& function) {
  Scope scope{function.body.get()};
  std::vector<const Expr*> changes;
  const VisitDeclarator declared = [&](const Declarator& it) { scope.names.declare(it); };
  const VisitExpr visit = [&](const Expr& expr) {
    if (const auto* launch = std::get_if<LaunchExpr>(&expr.node)) scope.launches.push_back(launch);
    if (const auto* lambda = std::get_if<LambdaExpr>(&expr.node))
      for (const Param& param : lambda->params) scope.names.forget(param.name);
    changes.push_back(&expr);
    each_child(expr, visit, declared);
  };
  each_expr(*function.body, visit, declared);
  for (const Param& param : function.params) scope.names.forget(param.name);
  for (const Expr* expr : changes) forget_changed(*expr, scope.names);
  return scope;
}

// Namespace-scope variables that no function changes.
HostNames global_names(const Program& program, const std::vector<Scope>& scopes) {
  HostNames names;
  for (const StmtPtr& stmt : program.globals())
    if (const auto* declaration = stmt ? std::get_if<DeclStmt>(&stmt->node) : nullptr)
      for (const Declarator& declarator : declaration->declarators) names.declare(declarator);
  for (const Scope& scope : scopes) {
    const VisitExpr visit = [&](const Expr& expr) {
      each_below(expr, [&](const Expr& part) { forget_changed(part, names); });
    };
    each_expr(*scope.body, visit, {});
  }
  return names;
}

std::vector<Scope> make_scopes(const Program& program) {
  std::vector<Scope> scopes;
  for (const HostFunction* host : program.all_functions())
    if (host->parsed().ok() && (*host->parsed())->body)
      scopes.push_back(make_scope(**host->parsed()));
  return scopes;
}

class BlockSizes {
 public:
  explicit BlockSizes(const Program& program)
      : program_(program),
        source_(program.source()),
        device_(program.device_source()),
        scopes_(make_scopes(program)),
        globals_(global_names(program, scopes_)) {}

  std::vector<BlockSize> find() {
    for (const Scope& scope : scopes_)
      for (const LaunchExpr* launch : scope.launches)
        if (const auto anchor = find_anchor(*launch->block, scope.names, globals_, source_))
          consider(*anchor, scope);
    return std::move(found_);
  }

 private:
  void consider(const Anchor& anchor, const Scope& scope) {
    if (anchor.value < 1 || anchor.value > kMaxThreads) return;
    const auto& tuned = program_.tune_params();
    if (std::ranges::any_of(tuned, [&](const auto& tune) { return tune.name == anchor.name; }))
      return;
    if (!seen_.insert(place_of(anchor, scope)).second) return;
    const auto uses = all_uses(anchor, scope);
    if (!uses.understood || uses.launches.empty()) return;
    for (const BlockUses::Launch& launch : uses.launches)
      if (!launch_is_safe(launch, anchor)) return;
    found_.push_back(make(anchor, uses));
  }

  // Considered once per variable or macro; literals of one function that have the same value go
  // together.
  std::string place_of(const Anchor& anchor, const Scope& scope) const {
    if (anchor.kind != Anchor::Kind::kLiteral)
      return std::to_string(source_.offset(anchor.literals[0].pos));
    return "literal " + std::to_string(anchor.value) + " of " +
           std::to_string(&scope - scopes_.data());
  }

  BlockUses all_uses(const Anchor& anchor, const Scope& scope) const {
    const bool everywhere =
        anchor.kind == Anchor::Kind::kMacro || anchor.kind == Anchor::Kind::kGlobal;
    if (!everywhere) return uses_in(scope, anchor);
    BlockUses all;
    for (const Scope& other : scopes_) {
      const BlockUses uses = uses_in(other, anchor);
      all.understood = all.understood && uses.understood;
      all.launches.insert(all.launches.end(), uses.launches.begin(), uses.launches.end());
    }
    return all;
  }

  // With the names that stand for the anchor in that function.
  BlockUses uses_in(const Scope& scope, Anchor anchor) const {
    anchor.variables.clear();
    anchor.extents.clear();
    if (anchor.kind == Anchor::Kind::kGlobal) anchor.variables.insert(anchor.name);
    for (const auto& [name, declarator] : scope.names.constants) {
      if (anchor.kind == Anchor::Kind::kGlobal && name == anchor.name)
        anchor.variables.erase(name);  // hidden by a local one
      if (!declarator) continue;
      const Expr named{declarator->pos, NameExpr{name}};
      const auto its = find_anchor(named, scope.names, globals_, source_);
      if (!its || its->kind == Anchor::Kind::kLiteral) continue;
      if (anchor.kind == Anchor::Kind::kLiteral) continue;
      if (!(its->literals[0].pos == anchor.literals[0].pos)) continue;
      anchor.variables.insert(its->variables.begin(), its->variables.end());
      anchor.extents.insert(its->extents.begin(), its->extents.end());
    }
    return find_block_uses(program_, *scope.body, anchor, scope.names, source_);
  }

  bool launch_is_safe(const BlockUses::Launch& launch, const Anchor& anchor) const {
    const size_t colons = launch.kernel.rfind("::");
    const std::string kernel =
        colons == std::string::npos ? launch.kernel : launch.kernel.substr(colons + 2);
    if (!device_.fits_any_block(kernel, anchor.value, anchor.name)) return false;
    return launch.grid_follows || device_.strides(kernel);
  }

  static BlockSize make(const Anchor& anchor, const BlockUses& uses) {
    BlockSize size{.value = anchor.value, .name = anchor.name};
    size.literals = anchor.kind == Anchor::Kind::kLiteral ? uses.literals : anchor.literals;
    std::ranges::sort(size.literals, {}, [](const BlockSize::Literal& literal) {
      return std::pair(literal.pos.line, literal.pos.column);
    });
    std::set<std::string> kernels;
    for (const auto& launch : uses.launches)
      if (kernels.insert(launch.kernel).second)
        size.kernels += (size.kernels.empty() ? "" : ", ") + launch.kernel;
    return size;
  }

  const Program& program_;
  SourceText source_;
  DeviceText device_;
  std::vector<Scope> scopes_;
  HostNames globals_;
  std::set<std::string> seen_;
  std::vector<BlockSize> found_;
};

}  // namespace

std::vector<BlockSize> find_block_sizes(const Program& program) {
  return BlockSizes(program).find();
}

std::string with_block_sizes(const Program& program, const std::vector<BlockSize>& where,
                             const std::vector<int64_t>& values) {
  CUDAL1_ASSERT(where.size() == values.size());
  const SourceText text(program.source());
  struct Edit {
    size_t offset, length;
    std::string digits;
  };
  std::vector<Edit> edits;
  for (size_t i = 0; i < where.size(); ++i)
    for (const BlockSize::Literal& literal : where[i].literals)
      edits.push_back({text.offset(literal.pos), static_cast<size_t>(literal.length),
                       std::to_string(values[i] + literal.offset)});
  std::ranges::sort(edits, std::greater{}, &Edit::offset);
  std::string source = program.source();
  for (const Edit& edit : edits) source.replace(edit.offset, edit.length, edit.digits);
  return source;
}

}  // namespace cudal1::search
