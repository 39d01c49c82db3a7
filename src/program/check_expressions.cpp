// Expressions of the host side: literals, names, members.
#include <algorithm>
#include <limits>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

Operand boolean(std::optional<int64_t> value = std::nullopt) {
  return {arithmetic(Kind::kBool, "bool"), false, false, value};
}

}  // namespace

void Checker::expect(const Type& from, const Type& to, SourcePos pos, const std::string& what) {
  if (converts(from, to)) return;
  std::string accepted;
  if (from.is(Kind::kTensor) && to.arithmetic())
    accepted = ".item<" + to_string(to) + ">() for the value of a tensor of one element";
  if (from.is(Kind::kScalar) && to.arithmetic()) accepted = ".to<" + to_string(to) + ">()";
  if (from.is(Kind::kTensor) && to.is(Kind::kPointer) && !to.args.empty()) {
    accepted = ".data_ptr<" + to_string(to.args[0]) + ">() for its memory";
  }
  if (from.is(Kind::kIntList) && to.is(Kind::kVector))
    accepted = ".vec() for a copy: x.sizes().vec()";
  if (from.is(Kind::kOptional) && !from.args.empty() && converts(from.args[0], to))
    accepted = ".value() after a test of .has_value()";
  if (from.is(Kind::kOut) || from.is(Kind::kVoid)) accepted = "";
  report(pos, what + " is " + with_article(to) + ", this is " + with_article(from), accepted);
}

Operand Checker::check(const Expr& expr) {
  if (++depth_ > kMaxDepth) {
    --depth_;
    return value_of(fail(expr.pos, "the expression nests too deep"));
  }
  struct Visitor {
    Checker& checker;
    SourcePos pos;
    Operand operator()(const IntLiteral& e) {
      const bool wide = e.is_long || e.value > std::numeric_limits<int32_t>::max();
      const char* name =
          e.is_unsigned ? (wide ? "uint64_t" : "unsigned int") : (wide ? "int64_t" : "int");
      return {arithmetic(Kind::kInt, name), false, false, e.value};
    }
    Operand operator()(const FloatLiteral& e) {
      return value_of(arithmetic(Kind::kFloat, e.is_float ? "float" : "double"));
    }
    Operand operator()(const BoolLiteral& e) { return boolean(e.value); }
    Operand operator()(const StringLiteral&) { return value_of(of(Kind::kString)); }
    Operand operator()(const NullLiteral&) { return value_of(of(Kind::kNull)); }
    Operand operator()(const NameExpr& e) { return checker.check_name(e, pos); }
    Operand operator()(const UnaryExpr& e) { return checker.check_unary(e, pos); }
    Operand operator()(const BinaryExpr& e) { return checker.check_binary(e, pos); }
    Operand operator()(const AssignExpr& e) { return checker.check_assign(e, pos); }
    Operand operator()(const ConditionalExpr& e) { return checker.check_conditional(e, pos); }
    Operand operator()(const MemberExpr& e) { return checker.check_member(e, pos); }
    Operand operator()(const CallExpr& e) { return checker.check_call(e, pos); }
    Operand operator()(const IndexExpr& e) { return checker.check_index(e, pos); }
    Operand operator()(const CastExpr& e) { return checker.check_cast(e, pos); }
    Operand operator()(const InitListExpr& e) { return checker.check_list(e, pos); }
    Operand operator()(const SizeOfExpr& e) {
      if (e.operand) {
        checker.check(*e.operand);
      } else {
        checker.resolve(e.type);
      }
      return value_of(arithmetic(Kind::kInt, "size_t"));
    }
    Operand operator()(const LambdaExpr& e) { return value_of(checker.check_lambda(e)); }
    Operand operator()(const LaunchExpr& e) { return checker.check_launch(e, pos); }
    Operand operator()(const DispatchExpr& e) { return checker.check_dispatch(e, pos); }
  };
  Operand result = std::visit(Visitor{*this, expr.pos}, expr.node);
  --depth_;
  return result;
}

Operand Checker::check_name(const NameExpr& name, SourcePos pos) {
  if (const Variable* variable = find_variable(name.name)) {
    return {variable->type, true, variable->is_const, variable->value};
  }
  const std::string written = expand_namespace(name.name);
  if (const Kernel* kernel = program_.find_kernel(name.name))
    return value_of({Kind::kKernel, kernel->name, {}, false});
  if (!program_.functions(name.name).empty())
    return value_of(unknown());  // a function as a value: for std::accumulate and the like
  if (const auto refusal = find_refusal(written)) {
    return value_of(fail(pos, "'" + name.name + "' " + refusal->reason, refusal->accepted));
  }
  if (const auto constant = find_constant(written)) {
    const bool bare = written.find("::") == std::string::npos && written.size() > 1 &&
                      written[0] == 'k' && std::isupper(static_cast<unsigned char>(written[1]));
    if (!bare || using_torch_ || using_at_) return value_of(*constant);
  }
  if (find_type_name(written) || find_alias(name.name)) return value_of(unknown());
  return unknown_name(name, pos);
}

Operand Checker::unknown_name(const NameExpr& name, SourcePos pos) {
  const std::string written = expand_namespace(name.name);
  const auto plain = strip_torch(written);
  if (!plain && (declared_in_device_code(name.name) || written.starts_with("std::"))) {
    if (!written.starts_with("std::")) return value_of(unknown());
    if (find_std_function(written.substr(5)) || written.starts_with("std::is_") ||
        written.starts_with("std::numeric_limits")) {
      return value_of(unknown());
    }
  }
  if (plain && (find_torch_function(*plain) || (catalog_ && catalog_->operators.contains(*plain))))
    return value_of(unknown());
  Suggestion suggestion(plain ? *plain : written);
  if (plain || using_torch_) {
    for (const std::string& constant : constant_names()) suggestion.offer(constant);
    const auto best = suggestion.best();
    if (plain) {
      const std::string prefix = written.substr(0, written.size() - plain->size());
      return value_of(fail(pos, "'" + name.name + "' is no constant of torch",
                           best ? "did you mean '" + prefix + *best + "'?"
                                : "torch::kFloat32, torch::kInt64, torch::kCUDA and the like"));
    }
  }
  for (const Scope& scope : scopes_) {
    for (const auto& [candidate, variable] : scope.variables) suggestion.offer(candidate);
  }
  for (const auto& [candidate, variable] : globals_) suggestion.offer(candidate);
  for (const HostFunction* function : program_.all_functions())
    suggestion.offer(function->signature().name);
  for (const TuneParam& param : program_.tune_params()) suggestion.offer(param.name);
  if (!suggestion.best()) {
    for (const std::string& constant : constant_names()) {
      const bool macro = std::none_of(constant.begin(), constant.end(),
                                      [](unsigned char c) { return std::islower(c); });
      if (macro || constant.starts_with("std::")) suggestion.offer(constant);
    }
  }
  return value_of(fail(pos, "'" + name.name + "' is not declared", suggestion.text()));
}

Operand Checker::check_member(const MemberExpr& expr, SourcePos pos) {
  Operand object = check(*expr.object);
  Type type = object.type;
  if (expr.arrow && type.is(Kind::kPointer)) {
    object.is_const = type.is_const;
    type = type.args.empty() ? unknown() : type.args[0];
  }
  if (expr.arrow && type.is(Kind::kOptional)) type = type.args.empty() ? unknown() : type.args[0];
  if (!type.known() || type.is(Kind::kLambda)) return {unknown(), true, false, std::nullopt};
  if (const auto field = find_field(type, expr.name))
    return {*field, true, object.is_const, std::nullopt};
  if (find_method(type, expr.name) ||
      (type.is(Kind::kTensor) && catalog_ && catalog_->operators.contains(expr.name))) {
    return value_of(fail(pos, "'" + expr.name + "' of " + with_article(type) + " is a method",
                         "'." + expr.name + "()' with parentheses"));
  }
  Suggestion suggestion(expr.name);
  offer_methods(type, suggestion);
  const std::string accepted = type.is(Kind::kTensor) ? python_hint(expr.name) : "";
  return value_of(fail(pos, with_article(type) + " has no member '" + expr.name + "'",
                       accepted.empty() ? suggestion.text() : accepted));
}

}  // namespace cudal1::program
