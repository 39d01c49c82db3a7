// Lambdas and the bodies of AT_DISPATCH_*.
#include <algorithm>
#include <limits>
#include <utility>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"

namespace cudal1::program {

std::vector<Type> Checker::check_nested(const Stmt& body, const char* name) {
  const int loops = std::exchange(loops_, 0), switches = std::exchange(switches_, 0);
  returns_.push_back({std::nullopt, {}, false, name});
  check(body);
  const ReturnTarget target = std::move(returns_.back());
  returns_.pop_back();
  loops_ = loops;
  switches_ = switches;
  return target.seen;
}

Type Checker::check_lambda(const LambdaExpr& expr) {
  push_scope();
  for (const Param& param : expr.params) {
    Variable variable;
    variable.type = resolve(param.type);
    variable.pos = param.pos;
    variable.is_const = param.type.is_const && param.type.pointers == 0;
    if (!param.name.empty()) declare(param.pos, param.name, std::move(variable));
  }
  const std::vector<Type> returned = check_nested(*expr.body, "the lambda");
  pop_scope();
  Type type = of(Kind::kLambda);
  type.args.push_back(returned.empty() ? of(Kind::kVoid) : returned.front());
  if (returned.size() > 1 && type.args[0].is(Kind::kInitList)) type.args[0] = unknown();
  return type;
}

Operand Checker::check_dispatch(const DispatchExpr& expr, SourcePos) {
  const Type selector = check(*expr.selector).type;
  if (selector.known() && !selector.is(Kind::kDtype) && !selector.is(Kind::kOpaque)) {
    report(expr.selector->pos,
           expr.macro + " decides by a scalar type, this is " + with_article(selector),
           "x.scalar_type()");
  }
  push_scope();
  Type alias{Kind::kUnknown, expr.alias, {}, false};
  if (recording_) {
    const auto& covered = expr.scalar_types;
    const bool has_float =
        covered.empty() || std::find(covered.begin(), covered.end(), "Float") != covered.end();
    static const std::map<std::string, Type, std::less<>> kSpelled = {
        {"Float", arithmetic(Kind::kFloat, "float")},
        {"Double", arithmetic(Kind::kFloat, "double")},
        {"Half", arithmetic(Kind::kFloat, "at::Half")},
        {"BFloat16", arithmetic(Kind::kFloat, "at::BFloat16")},
        {"Int", arithmetic(Kind::kInt, "int")},
        {"Long", int_type()},
        {"Bool", arithmetic(Kind::kBool, "bool")},
        {"Short", arithmetic(Kind::kInt, "int16_t")},
        {"Char", arithmetic(Kind::kInt, "int8_t")},
        {"Byte", arithmetic(Kind::kInt, "uint8_t")}};
    const auto found = kSpelled.find(has_float ? "Float" : covered.front());
    if (found != kSpelled.end()) alias = found->second;
  }
  scopes_.back().types[expr.alias] = alias;
  const std::vector<Type> returned = check_nested(*expr.body, "the dispatched body");
  pop_scope();
  return value_of(returned.empty() ? of(Kind::kVoid) : returned.front());
}

}  // namespace cudal1::program
