// Statements of the host side.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"

namespace cudal1::program {

void Checker::check(const Stmt& stmt) {
  struct Visitor {
    Checker& checker;
    SourcePos pos;
    void operator()(const DeclStmt& s) { checker.check(s, pos); }
    void operator()(const ExprStmt& s) { checker.check(*s.expr); }
    void operator()(const IfStmt& s) { checker.check(s); }
    void operator()(const ForStmt& s) { checker.check(s); }
    void operator()(const RangeForStmt& s) { checker.check(s); }
    void operator()(const WhileStmt& s) { checker.check(s); }
    void operator()(const SwitchStmt& s) { checker.check(s); }
    void operator()(const ReturnStmt& s) { checker.check_return(s, pos); }
    void operator()(const BreakStmt&) {
      if (checker.loops_ + checker.switches_ == 0)
        checker.report(pos, "'break' stands in no loop and no switch");
    }
    void operator()(const ContinueStmt&) {
      if (checker.loops_ == 0) checker.report(pos, "'continue' stands in no loop");
    }
    void operator()(const BlockStmt& s) {
      checker.push_scope();
      for (const StmtPtr& inner : s.body) checker.check(*inner);
      checker.pop_scope();
    }
    void operator()(const ThrowStmt& s) {
      if (s.value) checker.check(*s.value);
    }
    void operator()(const UsingStmt& s) {
      checker.scopes_.back().types[s.name] = checker.resolve(s.type);
    }
  };
  std::visit(Visitor{*this, stmt.pos}, stmt.node);
}

void Checker::check_scoped(const Stmt* stmt) {
  if (!stmt) return;
  push_scope();
  check(*stmt);
  pop_scope();
}

void Checker::check_condition(const Expr& condition) {
  const Operand operand = check(condition);
  const Type& type = operand.type;
  if (type.is(Kind::kTensor)) {
    report(condition.pos, "a torch::Tensor is no condition",
           ".item<bool>() for its value, .defined() for whether there is one");
  } else if (type.is(Kind::kString) || type.is(Kind::kVoid) || type.is(Kind::kVector) ||
             type.is(Kind::kIntList) || type.is(Kind::kTuple)) {
    report(condition.pos, with_article(type) + " is no condition",
           "a bool, a number, a pointer or an optional");
  }
}

void Checker::check(const DeclStmt& stmt, SourcePos) {
  for (const Declarator& declarator : stmt.declarators) check_declarator(declarator, stmt);
}

void Checker::check_declarator(const Declarator& declarator, const DeclStmt& stmt) {
  const bool constant = declarator.type.is_const || stmt.is_constexpr;
  if (stmt.is_static && !constant) {
    report(declarator.pos,
           "the static variable '" + declarator.names.front() + "' keeps state between calls",
           "static const or constexpr, or a plain local variable");
  }
  Variable variable;
  variable.pos = declarator.pos;
  variable.is_const = constant && declarator.type.pointers == 0;
  Type declared = resolve(declarator.type);
  if (declarator.type.pointers == 0)
    declared = refuse_object(std::move(declared), declarator.type.pos);
  if (declared.is(Kind::kVoid)) {
    declared =
        fail(declarator.type.pos, "a variable cannot be void", "a type with values, or auto");
  }
  for (const ExprPtr& extent : declarator.array_extents) {
    if (extent) expect(check(*extent).type, int_type(), extent->pos, "the size of an array");
  }
  for (size_t extent = 0; extent < declarator.array_extents.size(); ++extent)
    declared = wrap(Kind::kArray, {declared});
  variable.type = initial_type(declarator, declared, variable);
  if (declarator.names.size() > 1) return bind_names(declarator, variable.type);
  declare(declarator.pos, declarator.names.front(), std::move(variable));
}

Type Checker::initial_type(const Declarator& declarator, const Type& declared, Variable& variable) {
  const bool automatic = declarator.type.name == "auto";
  const std::string what = "'" + declarator.names.front() + "'";
  if (declarator.style == InitStyle::kNone) {
    if (automatic)
      return fail(declarator.pos, "'auto' needs a value to take its type from", "auto x = value;");
    if (variable.is_const && declared.arithmetic()) {
      report(declarator.pos, "the constant " + what + " has no value",
             "const " + to_string(declared) + " x = value;");
    }
    return declared;
  }
  if (declarator.style != InitStyle::kCopy && !automatic) {
    const Operand made = declarator.array_extents.empty()
                             ? check_construction(declared, declarator.init, declarator.pos)
                             : Operand{declared, false, false, {}};
    if (!declarator.array_extents.empty()) check_all(declarator.init);
    variable.value = made.value;
    return declared;
  }
  if (declarator.init.empty()) return declared;
  const Expr& init = *declarator.init.front();
  const Operand operand = check(init);
  if (variable.is_const || declarator.type.pointers == 0)
    variable.value = variable.is_const ? operand.value : std::nullopt;
  if (const auto* lambda = std::get_if<LambdaExpr>(&init.node)) variable.lambda = lambda;
  if (operand.type.is(Kind::kKernel)) variable.kernel = operand.type.name;
  if (operand.type.is(Kind::kVoid))
    return fail(init.pos, what + " cannot be initialised from a call that returns nothing");
  if (automatic) {
    if (declarator.type.pointers > 0 && operand.type.known() && !operand.type.is(Kind::kPointer) &&
        !operand.type.is(Kind::kString) && !operand.type.is(Kind::kKernel)) {
      report(init.pos, "'auto*' takes a pointer, this is " + with_article(operand.type));
    }
    if (operand.type.is(Kind::kInitList))
      return wrap(Kind::kVector, {operand.type.args.empty() ? unknown() : operand.type.args[0]});
    return operand.type;
  }
  expect(operand.type, declared, init.pos, what);
  return declared;
}

void Checker::bind_names(const Declarator& declarator, const Type& type) {
  const bool counted = type.is(Kind::kTuple) && !type.args.empty();
  if (counted && type.args.size() != declarator.names.size()) {
    report(declarator.pos, "structured binding of " + std::to_string(declarator.names.size()) +
                               " names to a tuple of " + std::to_string(type.args.size()));
  } else if (type.known() && !type.is(Kind::kTuple) && !type.is(Kind::kArray) &&
             !type.is(Kind::kOpaque)) {
    report(declarator.pos, with_article(type) + " cannot be taken apart",
           "a tuple, a pair or an array");
  }
  for (size_t at = 0; at < declarator.names.size(); ++at) {
    Variable variable;
    variable.pos = declarator.pos;
    variable.is_const = declarator.type.is_const;
    if (counted && at < type.args.size()) variable.type = type.args[at];
    if (type.is(Kind::kArray) && !type.args.empty()) variable.type = type.args[0];
    declare(declarator.pos, declarator.names[at], std::move(variable));
  }
}

void Checker::check(const IfStmt& stmt) {
  push_scope();
  if (stmt.init) check(*stmt.init);
  check_condition(*stmt.condition);
  std::optional<int64_t> known;
  if (recording_ && stmt.is_constexpr) known = check(*stmt.condition).value;
  if (!known || *known) check_scoped(stmt.then.get());
  if (!known || !*known) check_scoped(stmt.otherwise.get());
  pop_scope();
}

void Checker::check(const ForStmt& stmt) {
  push_scope();
  if (stmt.init) check(*stmt.init);
  if (stmt.condition) check_condition(*stmt.condition);
  if (stmt.step) check(*stmt.step);
  ++loops_;
  check_scoped(stmt.body.get());
  --loops_;
  pop_scope();
}

void Checker::check(const RangeForStmt& stmt) {
  push_scope();
  const Type range = check(*stmt.range).type;
  Type element;
  switch (range.kind) {
    case Kind::kVector:
    case Kind::kArray:
    case Kind::kInitList:
      element = range.args.empty() ? unknown() : range.args[0];
      break;
    case Kind::kIntList:
      element = int_type();
      break;
    case Kind::kUnknown:
    case Kind::kString:
    case Kind::kOpaque:
      break;
    default:
      report(stmt.range->pos, "a for loop cannot go over " + with_article(range),
             "a vector, an array, sizes() or a list");
  }
  const Type declared = resolve(stmt.variable.type);
  if (declared.known())
    expect(element, declared, stmt.variable.pos, "'" + stmt.variable.names.front() + "'");
  if (stmt.variable.names.size() > 1) {
    bind_names(stmt.variable, element);
  } else {
    Variable variable;
    variable.type = declared.known() ? declared : element;
    variable.pos = stmt.variable.pos;
    variable.is_const = stmt.variable.type.is_const && stmt.variable.type.pointers == 0;
    declare(stmt.variable.pos, stmt.variable.names.front(), std::move(variable));
  }
  ++loops_;
  check_scoped(stmt.body.get());
  --loops_;
  pop_scope();
}

void Checker::check(const WhileStmt& stmt) {
  check_condition(*stmt.condition);
  ++loops_;
  check_scoped(stmt.body.get());
  --loops_;
}

void Checker::check(const SwitchStmt& stmt) {
  const Type type = check(*stmt.value).type;
  const bool fits = !type.known() || type.is(Kind::kInt) || type.is(Kind::kBool) ||
                    type.is(Kind::kDtype) || type.is(Kind::kDevice) || type.is(Kind::kError) ||
                    type.is(Kind::kOpaque);
  if (!fits)
    report(stmt.value->pos, "a switch cannot decide by " + with_article(type),
           "an integer or an enumerator");
  ++switches_;
  push_scope();
  std::set<int64_t> seen;
  for (const SwitchCase& one : stmt.cases) {
    for (const ExprPtr& label : one.labels) {
      const Operand operand = check(*label);
      if (operand.value && !seen.insert(*operand.value).second) {
        report(label->pos, "the case " + std::to_string(*operand.value) + " is there twice");
      }
    }
    push_scope();
    for (const StmtPtr& inner : one.body) check(*inner);
    pop_scope();
  }
  pop_scope();
  --switches_;
}

void Checker::check_return(const ReturnStmt& stmt, SourcePos pos) {
  const size_t depth = returns_.size();  // a lambda in the value may move the stack
  Type type = stmt.value ? check(*stmt.value).type : of(Kind::kVoid);
  ReturnTarget& after = returns_[depth - 1];
  after.seen.push_back(type);
  if (!after.declared) return;
  const Type wanted = *after.declared;
  const SourcePos where = stmt.value ? stmt.value->pos : pos;
  if (wanted.is(Kind::kVoid)) {
    if (type.known() && !type.is(Kind::kVoid)) {
      report(where, "'" + after.name + "' returns nothing, this returns " + with_article(type),
             "return;");
    }
    return;
  }
  if (type.is(Kind::kVoid)) {
    if (wanted.known())
      report(where,
             "'" + after.name + "' returns " + with_article(wanted) + ", this returns nothing");
    return;
  }
  if (!converts(type, wanted)) {
    const bool view = type.is(Kind::kIntList) && wanted.is(Kind::kVector);
    report(
        where,
        "'" + after.name + "' returns " + with_article(wanted) + ", this is " + with_article(type),
        view ? "sizes().vec()" : "");
  }
}

}  // namespace cudal1::program
