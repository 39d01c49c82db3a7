// Operators of C++: arithmetic, comparison, assignment, ?: and indexing.
#include <algorithm>
#include <limits>
#include <utility>

#include "cudal1/program/comparison.h"
#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"

namespace cudal1::program {
namespace {

bool is_logical(BinaryOp op) { return op == BinaryOp::kAnd || op == BinaryOp::kOr; }

bool is_bitwise(BinaryOp op) {
  return op == BinaryOp::kBitAnd || op == BinaryOp::kBitOr || op == BinaryOp::kBitXor ||
         op == BinaryOp::kShl || op == BinaryOp::kShr || op == BinaryOp::kRem;
}

const char* spelling(BinaryOp op) {
  static constexpr const char* kSpellings[] = {"+", "-",  "*",  "/",  "%",  "<<", ">>",
                                               "<", "<=", ">",  ">=", "==", "!=", "&",
                                               "|", "^",  "&&", "||", ","};
  return kSpellings[static_cast<int>(op)];
}

std::optional<int64_t> fold(BinaryOp op, int64_t a, int64_t b) {
  if (is_comparison(op)) return holds(op, a, b);
  int64_t result = 0;
  switch (op) {
    case BinaryOp::kAdd:
      return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case BinaryOp::kSub:
      return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case BinaryOp::kMul:
      return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case BinaryOp::kDiv:
    case BinaryOp::kRem:
      if (b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min())) return std::nullopt;
      return op == BinaryOp::kDiv ? a / b : a % b;
    case BinaryOp::kShl:
      return b < 0 || b > 62 || a < 0 || (a >> (62 - b)) != 0 ? std::nullopt
                                                              : std::optional(a << b);
    case BinaryOp::kShr:
      return b < 0 || b > 63 ? std::nullopt : std::optional(a >> b);
    case BinaryOp::kBitAnd:
      return a & b;
    case BinaryOp::kBitOr:
      return a | b;
    case BinaryOp::kBitXor:
      return a ^ b;
    case BinaryOp::kAnd:
      return a && b;
    case BinaryOp::kOr:
      return a || b;
    case BinaryOp::kComma:
      return b;
    default:
      return std::nullopt;
  }
}

bool number_like(const Type& type) {
  return type.arithmetic() || type.is(Kind::kError) || !type.known() || type.is(Kind::kOpaque);
}

Operand boolean(std::optional<int64_t> value = std::nullopt) {
  return {arithmetic(Kind::kBool, "bool"), false, false, value};
}

}  // namespace

Operand Checker::check_unary(const UnaryExpr& expr, SourcePos pos) {
  const Operand operand = check(*expr.operand);
  const Type& type = operand.type;
  switch (expr.op) {
    case UnaryOp::kAddressOf:
      if (type.is(Kind::kKernel)) return operand;
      return value_of(pointer_to(type, operand.is_const));
    case UnaryOp::kDereference:
      if (type.is(Kind::kPointer))
        return {type.args.empty() ? unknown() : type.args[0], true, type.is_const, std::nullopt};
      if (type.is(Kind::kOptional))
        return {type.args.empty() ? unknown() : type.args[0], true, false, std::nullopt};
      if (!type.known() || type.is(Kind::kOpaque)) return {unknown(), true, false, std::nullopt};
      return value_of(
          fail(pos, "'*' takes a pointer or an optional, this is " + with_article(type)));
    case UnaryOp::kNot:
      if (type.is(Kind::kTensor)) {
        return value_of(fail(pos, "a torch::Tensor is no condition",
                             "torch::logical_not(x), or .item<bool>() for its value"));
      }
      return boolean(operand.value ? std::optional<int64_t>(!*operand.value) : std::nullopt);
    case UnaryOp::kPreIncrement:
    case UnaryOp::kPreDecrement:
    case UnaryOp::kPostIncrement:
    case UnaryOp::kPostDecrement:
      require_lvalue(*expr.operand, operand, "change");
      return {type, true, false, std::nullopt};
    default:
      break;
  }
  if (type.is(Kind::kTensor)) return value_of(type);
  if (!number_like(type) && !type.is(Kind::kScalar)) {
    return value_of(fail(pos, std::string("'") +
                                  (expr.op == UnaryOp::kNegate ? "-"
                                   : expr.op == UnaryOp::kPlus ? "+"
                                                               : "~") +
                                  "' takes a number or a tensor, this is " + with_article(type)));
  }
  if (!operand.value) return value_of(type);
  const int64_t value = *operand.value;
  if (expr.op == UnaryOp::kNegate) {
    return {type, false, false,
            value == std::numeric_limits<int64_t>::min() ? std::nullopt : std::optional(-value)};
  }
  return {type, false, false, expr.op == UnaryOp::kBitNot ? ~value : value};
}

Operand Checker::check_binary(const BinaryExpr& expr, SourcePos pos) {
  const Operand left = check(*expr.left), right = check(*expr.right);
  const Type &a = left.type, &b = right.type;
  if (expr.op == BinaryOp::kComma) return right;
  if (a.is(Kind::kOut)) return value_of(a);  // std::cerr << …
  std::optional<int64_t> value;
  if (left.value && right.value) value = fold(expr.op, *left.value, *right.value);
  if (is_logical(expr.op)) {
    for (const auto& [operand, side] :
         {std::pair(&left, expr.left.get()), std::pair(&right, expr.right.get())}) {
      if (operand->type.is(Kind::kTensor)) {
        report(side->pos, "a torch::Tensor is no condition",
               "torch::logical_and(a, b), or .item<bool>() for its value");
      }
    }
    return boolean(value);
  }
  if (!a.known() || !b.known()) {
    // What is unknown may be a tensor, whose comparison with a number is a tensor, too.
    const Type& known = a.known() ? a : b;
    if (known.is(Kind::kTensor)) return value_of(known);
    const bool truth =
        is_comparison(expr.op) && known.known() && !known.arithmetic() && !known.is(Kind::kScalar);
    return truth ? boolean(value) : Operand{unknown(), false, false, value};
  }
  if (a.is(Kind::kTensor) || b.is(Kind::kTensor)) {
    const Type& other = a.is(Kind::kTensor) ? b : a;
    if (other.is(Kind::kTensor) || other.arithmetic() || other.is(Kind::kScalar))
      return value_of(of(Kind::kTensor));
    return value_of(fail(pos,
                         std::string("'") + spelling(expr.op) + "' of " + with_article(a) +
                             " and " + with_article(b),
                         "tensors and numbers"));
  }
  const bool zero = (expr.op == BinaryOp::kDiv || expr.op == BinaryOp::kRem) && a.is(Kind::kInt) &&
                    b.is(Kind::kInt) && right.value && *right.value == 0;
  if (zero) {
    report(pos, "division by zero", "", "division_by_zero");
    return value_of(unknown());
  }
  if (is_comparison(expr.op)) {
    const bool comparable = a.kind == b.kind || converts(a, b) || converts(b, a);
    if (!comparable) report(pos, "cannot compare " + with_article(a) + " with " + with_article(b));
    return boolean(value);
  }
  if (number_like(a) && number_like(b)) {
    if (is_bitwise(expr.op) && (a.is(Kind::kFloat) || b.is(Kind::kFloat))) {
      return value_of(fail(pos,
                           std::string("'") + spelling(expr.op) + "' takes integers, this is " +
                               with_article(a.is(Kind::kFloat) ? a : b),
                           expr.op == BinaryOp::kRem ? "std::fmod(a, b)" : ""));
    }
    Type type =
        expr.op == BinaryOp::kShl || expr.op == BinaryOp::kShr ? a : common_arithmetic(a, b);
    return {std::move(type), false, false, value};
  }
  const bool adds = expr.op == BinaryOp::kAdd || expr.op == BinaryOp::kSub;
  if (adds && a.is(Kind::kPointer) && b.is(Kind::kInt)) return value_of(a);
  if (expr.op == BinaryOp::kAdd && a.is(Kind::kInt) && b.is(Kind::kPointer)) return value_of(b);
  if (expr.op == BinaryOp::kSub && a.is(Kind::kPointer) && b.is(Kind::kPointer))
    return value_of(int_type());
  if (expr.op == BinaryOp::kAdd && a.is(Kind::kString) && b.is(Kind::kString)) return value_of(a);
  std::string accepted;
  if (a.is(Kind::kScalar) || b.is(Kind::kScalar))
    accepted = "item<float>() or .to<double>(): a torch::Scalar has no arithmetic";
  if (a.is(Kind::kString) || b.is(Kind::kString)) accepted = "std::to_string(n) for a number";
  if (a.is(Kind::kIntList) || b.is(Kind::kIntList)) accepted = "x.size(d) for one size";
  return value_of(fail(
      pos,
      std::string("'") + spelling(expr.op) + "' of " + with_article(a) + " and " + with_article(b),
      accepted));
}

void Checker::require_lvalue(const Expr& target, const Operand& operand, const char* action) {
  const auto* name = std::get_if<NameExpr>(&target.node);
  if (operand.is_const) {
    report(target.pos, std::string("cannot ") + action + " " +
                           (name ? "'" + name->name + "', which is const" : "what is const"));
  } else if (!operand.lvalue && operand.type.known()) {
    report(target.pos, std::string("cannot ") + action + " this: it is a value, no variable");
  }
}

Operand Checker::check_assign(const AssignExpr& expr, SourcePos pos) {
  const Operand target = check(*expr.target);
  const Operand value = check(*expr.value);
  // x[0] = y and x.index({…}) = y write into x.
  const bool is_element = target.type.is(Kind::kTensor) && !target.lvalue &&
                          !std::holds_alternative<NameExpr>(expr.target->node);
  if (!is_element) require_lvalue(*expr.target, target, "assign to");
  const auto* name = std::get_if<NameExpr>(&expr.target->node);
  const std::string what = name ? "'" + name->name + "'" : "the target";
  if (!expr.op) {
    if (target.type.is(Kind::kTensor) && value.type.arithmetic() && is_element) return target;
    if (value.type.is(Kind::kVoid)) {
      report(expr.value->pos, what + " cannot be assigned from a call that returns nothing");
    } else {
      expect(value.type, target.type, expr.value->pos, what);
    }
    return target;
  }
  if (target.type.is(Kind::kTensor) && (value.type.arithmetic() || value.type.is(Kind::kScalar)))
    return target;
  if (target.type.is(Kind::kPointer) && value.type.is(Kind::kInt)) return target;
  if (target.type.is(Kind::kString)) return target;
  const bool zero = (*expr.op == BinaryOp::kDiv || *expr.op == BinaryOp::kRem) &&
                    value.value == int64_t{0} && target.type.is(Kind::kInt) &&
                    value.type.is(Kind::kInt);
  if (zero) report(pos, "division by zero", "", "division_by_zero");
  if (is_bitwise(*expr.op) && target.type.arithmetic() &&
      (target.type.is(Kind::kFloat) || value.type.is(Kind::kFloat))) {
    report(pos, std::string("'") + spelling(*expr.op) + "=' takes integers");
    return target;
  }
  expect(value.type, target.type, expr.value->pos, what);
  return target;
}

Operand Checker::check_conditional(const ConditionalExpr& expr, SourcePos pos) {
  check_condition(*expr.condition);
  const Operand condition = recording_ ? check(*expr.condition) : Operand{};
  const Operand then = check(*expr.then), otherwise = check(*expr.otherwise);
  if (condition.value) return *condition.value ? then : otherwise;
  if (then.type.is(Kind::kKernel) || otherwise.type.is(Kind::kKernel))
    return value_of(fail(pos, "'?:' chooses a kernel when the program runs",
                         "if (…) a<<<grid, block>>>(…); else b<<<grid, block>>>(…);"));
  const Type &a = then.type, &b = otherwise.type;
  if (!a.known() || !b.known())
    return value_of(a.is(Kind::kPointer) ? a : b.is(Kind::kPointer) ? b : unknown());
  if (a.arithmetic() && b.arithmetic())
    return value_of(a.kind == b.kind && a.name == b.name ? a : common_arithmetic(a, b));
  if (a.is(Kind::kNull) || a.is(Kind::kNullopt)) return value_of(b);
  if (b.is(Kind::kNull) || b.is(Kind::kNullopt)) return value_of(a);
  if (a.is(Kind::kPointer) && b.is(Kind::kPointer) &&
      same_element(pointer_to(a.args[0], false), pointer_to(b.args[0], false))) {
    return value_of(a.is_const ? a : b);
  }
  if (converts(b, a))
    return {a, then.lvalue && otherwise.lvalue, then.is_const || otherwise.is_const, std::nullopt};
  if (converts(a, b)) return value_of(b);
  return value_of(
      fail(pos, "the two values of '?:' differ: " + with_article(a) + " and " + with_article(b)));
}

Operand Checker::check_index(const IndexExpr& expr, SourcePos pos) {
  const Operand object = check(*expr.object);
  const auto indices = check_all(expr.indices);
  const Type& type = object.type;
  if (type.is(Kind::kTensor)) return value_of(type);
  for (size_t at = 0; at < indices.size(); ++at) {
    if (type.known()) expect(indices[at].type, int_type(), expr.indices[at]->pos, "an index");
  }
  switch (type.kind) {
    case Kind::kUnknown:
    case Kind::kOpaque:
      return {unknown(), true, false, std::nullopt};
    case Kind::kIntList:
      return {int_type(), true, true, std::nullopt};
    case Kind::kString:
      return value_of(arithmetic(Kind::kInt, "char"));
    case Kind::kPointer:
      return {type.args.empty() ? unknown() : type.args[0], true, type.is_const, std::nullopt};
    case Kind::kVector:
    case Kind::kArray:
      return {type.args.empty() ? unknown() : type.args[0], true, object.is_const, std::nullopt};
    default:
      break;
  }
  return value_of(fail(pos, with_article(type) + " cannot be indexed",
                       type.is(Kind::kTuple)
                           ? "std::get<0>(t)"
                           : "a tensor, a vector, an array, sizes() or a pointer"));
}

}  // namespace cudal1::program
