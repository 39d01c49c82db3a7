// The AT_DISPATCH_* macros, which are part of the language: one DispatchExpr each.
#include <algorithm>

#include "program/dispatch_types.h"
#include "program/lexer.h"
#include "program/parser.h"

namespace cudal1::program {

struct Parser::DispatchCase {
  SourcePos pos;
  std::vector<std::string> types;
  StmtPtr body;
  std::string text;  // of the body, to tell equal cases
};

namespace {

constexpr const char* kForm = "AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), \"name\", [&] { … })";

// The lambda, also when it is called on the spot.
LambdaExpr* as_lambda(Expr* expr) {
  if (auto* lambda = std::get_if<LambdaExpr>(&expr->node)) return lambda;
  auto* call = std::get_if<CallExpr>(&expr->node);
  return call && call->args.empty() ? std::get_if<LambdaExpr>(&call->callee->node) : nullptr;
}

StmtPtr take_body(Expr* expr, SourcePos pos) {
  LambdaExpr* lambda = as_lambda(expr);
  if (!lambda) throw SyntaxError{{pos, "the last argument of this macro is no lambda", kForm}};
  return std::move(lambda->body);
}

std::string covered_type(const Expr& expr) {
  const auto* name = std::get_if<NameExpr>(&expr.node);
  const std::string type = name ? scalar_type_name(name->name) : "";
  if (type.empty())
    throw SyntaxError{
        {expr.pos, "this is no scalar type", "at::kHalf, at::ScalarType::BFloat16 …"}};
  return type;
}

ExprPtr copy_of_selector(const Tokens& tokens, const Names& names) {
  return Parser(tokens, 0, tokens.size(), names).expression();
}

}  // namespace

ExprPtr Parser::dispatch() {
  const Token& macro = take();
  const std::string suffix = macro.text.substr(std::string("AT_DISPATCH_").size());
  if (suffix == "SWITCH") return dispatch_switch(macro);
  if (suffix == "V2") return dispatch_v2(macro);
  const auto set = dispatch_set(suffix);
  if (!set) {
    fail(macro, macro.text + " is not known",
         "AT_DISPATCH_FLOATING_TYPES, _AND_HALF, _AND2(a, b, …), ALL_TYPES, INTEGRAL_TYPES, "
         "INDEX_TYPES, REDUCED_FLOATING_TYPES, FLOATING_AND_COMPLEX_TYPES …");
  }
  std::vector<ExprPtr> args = call_args();
  const size_t further = static_cast<size_t>(set->further);
  if (args.size() != further + 3) {
    fail(macro,
         macro.text + " takes " + std::to_string(further + 3) + " arguments, " +
             std::to_string(args.size()) + " are given",
         kForm);
  }
  DispatchExpr dispatch{macro.text, set->types, set->alias, nullptr, nullptr};
  for (size_t i = 0; i < further; ++i) dispatch.scalar_types.push_back(covered_type(*args[i]));
  dispatch.selector = std::move(args[further]);
  dispatch.body = take_body(args.back().get(), macro.pos);
  return make_expr(macro.pos, std::move(dispatch));
}

// AT_DISPATCH_V2(type, "name", AT_WRAP([&] { … }), AT_EXPAND(AT_FLOATING_TYPES), kHalf …)
ExprPtr Parser::dispatch_v2(const Token& macro) {
  DispatchExpr dispatch{macro.text, {}, "scalar_t", nullptr, nullptr};
  expect("(", "behind AT_DISPATCH_V2");
  dispatch.selector = assignment();
  expect(",", "in AT_DISPATCH_V2");
  assignment();
  expect(",", "in AT_DISPATCH_V2");
  const bool wrapped = accept("AT_WRAP");
  ExprPtr body = assignment();
  if (wrapped && !body) fail_expected("a lambda");
  dispatch.body = take_body(body.get(), macro.pos);
  while (accept(",")) {
    const bool expands = accept("AT_EXPAND");
    if (expands) expect("(", "behind AT_EXPAND");
    if (peek().text.rfind("AT_", 0) == 0) {
      const Token& group = take();
      const auto set = dispatch_set(group.text.substr(3));
      if (!set)
        fail(group, group.text + " is no group of scalar types",
             "AT_FLOATING_TYPES, AT_INTEGRAL_TYPES, AT_ALL_TYPES");
      dispatch.scalar_types.insert(dispatch.scalar_types.end(), set->types.begin(),
                                   set->types.end());
    } else {
      const ExprPtr type = conditional();
      dispatch.scalar_types.push_back(covered_type(*type));
    }
    if (expands) expect(")", "behind AT_EXPAND");
  }
  expect(")", "behind AT_DISPATCH_V2");
  return make_expr(macro.pos, std::move(dispatch));
}

Parser::DispatchCase Parser::dispatch_case() {
  DispatchCase found;
  const Token& macro = take();
  found.pos = macro.pos;
  const std::string prefix = "AT_DISPATCH_CASE";
  if (macro.text.rfind(prefix, 0) != 0)
    fail(macro, "expected AT_DISPATCH_CASE(type, lambda), found '" + macro.text + "'");
  const size_t begin = at_;
  std::vector<ExprPtr> args = call_args();
  size_t further = 1;
  if (macro.text != prefix) {
    const auto set = dispatch_set(std::string_view(macro.text).substr(prefix.size() + 1));
    if (!set)
      fail(macro, macro.text + " is not known",
           "AT_DISPATCH_CASE, AT_DISPATCH_CASE_FLOATING_TYPES …");
    found.types = set->types;
    further = static_cast<size_t>(set->further);
  }
  if (args.size() != further + 1)
    fail(macro, macro.text + " has a wrong number of arguments",
         "AT_DISPATCH_CASE(at::kHalf, [&] { … })");
  for (size_t i = 0; i < further; ++i) found.types.push_back(covered_type(*args[i]));
  found.body = take_body(args.back().get(), macro.pos);
  const auto open = std::find_if(tokens_.begin() + static_cast<std::ptrdiff_t>(begin),
                                 tokens_.begin() + static_cast<std::ptrdiff_t>(at_),
                                 [](const Token& token) { return token.is("["); });
  found.text = spell(tokens_, static_cast<size_t>(open - tokens_.begin()), at_);
  return found;
}

// Cases with equal bodies join; different ones become an immediately called lambda with one test
// each.
ExprPtr Parser::dispatch_switch(const Token& macro) {
  expect("(", "behind AT_DISPATCH_SWITCH");
  const size_t begin = at_;
  ExprPtr selector = assignment();
  const Tokens selector_tokens(tokens_.begin() + static_cast<std::ptrdiff_t>(begin),
                               tokens_.begin() + static_cast<std::ptrdiff_t>(at_));
  expect(",", "in AT_DISPATCH_SWITCH");
  assignment();
  expect(",", "in AT_DISPATCH_SWITCH");
  std::vector<DispatchCase> cases;
  while (!peek().is(")")) {
    DispatchCase next = dispatch_case();
    if (!cases.empty() && cases.back().text == next.text) {
      cases.back().types.insert(cases.back().types.end(), next.types.begin(), next.types.end());
    } else {
      cases.push_back(std::move(next));
    }
    accept(",");
  }
  if (cases.empty())
    fail(macro, "AT_DISPATCH_SWITCH has no cases", "AT_DISPATCH_CASE(at::kHalf, [&] { … })");
  expect(")", "behind AT_DISPATCH_SWITCH");
  const auto single = [&](DispatchCase& one) {
    return make_expr(one.pos,
                     DispatchExpr{macro.text, one.types, "scalar_t",
                                  copy_of_selector(selector_tokens, names_), std::move(one.body)});
  };
  if (cases.size() == 1) return single(cases.front());
  BlockStmt block;
  for (size_t i = 0; i < cases.size(); ++i) {
    const SourcePos pos = cases[i].pos;
    ExprPtr test;
    for (const std::string& type : cases[i].types) {
      ExprPtr equal =
          make_expr(pos, BinaryExpr{BinaryOp::kEqual, copy_of_selector(selector_tokens, names_),
                                    make_expr(pos, NameExpr{"at::ScalarType::" + type, {}})});
      test = test ? make_expr(pos, BinaryExpr{BinaryOp::kOr, std::move(test), std::move(equal)})
                  : std::move(equal);
    }
    StmtPtr result = make_stmt(pos, ReturnStmt{single(cases[i])});
    if (i + 1 < cases.size())
      result = make_stmt(pos, IfStmt{nullptr, std::move(test), std::move(result), nullptr, false});
    block.body.push_back(std::move(result));
  }
  ExprPtr lambda = make_expr(macro.pos, LambdaExpr{{}, make_stmt(macro.pos, std::move(block))});
  return make_expr(macro.pos, CallExpr{std::move(lambda), {}});
}

}  // namespace cudal1::program
