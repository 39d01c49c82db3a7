// Operators, from the comma down to the postfix ones.
#include <array>
#include <string_view>

#include "program/parser.h"

namespace cudal1::program {
namespace {

struct BinaryEntry {
  std::string_view spelling;
  BinaryOp op;
  int precedence;
};
constexpr std::array<BinaryEntry, 17> kBinary = {{{"||", BinaryOp::kOr, 1},
                                                  {"&&", BinaryOp::kAnd, 2},
                                                  {"|", BinaryOp::kBitOr, 3},
                                                  {"^", BinaryOp::kBitXor, 4},
                                                  {"&", BinaryOp::kBitAnd, 5},
                                                  {"==", BinaryOp::kEqual, 6},
                                                  {"!=", BinaryOp::kNotEqual, 6},
                                                  {"<", BinaryOp::kLess, 7},
                                                  {"<=", BinaryOp::kLessEqual, 7},
                                                  {">=", BinaryOp::kGreaterEqual, 7},
                                                  {"<<", BinaryOp::kShl, 8},
                                                  {"+", BinaryOp::kAdd, 9},
                                                  {"-", BinaryOp::kSub, 9},
                                                  {"*", BinaryOp::kMul, 10},
                                                  {"/", BinaryOp::kDiv, 10},
                                                  {"%", BinaryOp::kRem, 10},
                                                  {"and", BinaryOp::kAnd, 2}}};

struct AssignEntry {
  std::string_view spelling;
  std::optional<BinaryOp> op;
};
const std::array<AssignEntry, 10> kAssign = {{{"=", std::nullopt},
                                              {"+=", BinaryOp::kAdd},
                                              {"-=", BinaryOp::kSub},
                                              {"*=", BinaryOp::kMul},
                                              {"/=", BinaryOp::kDiv},
                                              {"%=", BinaryOp::kRem},
                                              {"&=", BinaryOp::kBitAnd},
                                              {"|=", BinaryOp::kBitOr},
                                              {"^=", BinaryOp::kBitXor},
                                              {"<<=", BinaryOp::kShl}}};

struct UnaryEntry {
  std::string_view spelling;
  UnaryOp op;
};
constexpr std::array<UnaryEntry, 9> kUnary = {{{"-", UnaryOp::kNegate},
                                               {"+", UnaryOp::kPlus},
                                               {"!", UnaryOp::kNot},
                                               {"not", UnaryOp::kNot},
                                               {"~", UnaryOp::kBitNot},
                                               {"&", UnaryOp::kAddressOf},
                                               {"*", UnaryOp::kDereference},
                                               {"++", UnaryOp::kPreIncrement},
                                               {"--", UnaryOp::kPreDecrement}}};

bool spelled(const Token& token, std::string_view spelling) {
  return (token.kind == TokenKind::kPunct || token.kind == TokenKind::kIdentifier) &&
         token.text == spelling;
}

}  // namespace

ExprPtr Parser::expression() {
  ExprPtr left = assignment();
  for (Chain chain(this); peek().is(","); chain.link()) {
    const SourcePos pos = take().pos;
    left = make_expr(pos, BinaryExpr{BinaryOp::kComma, std::move(left), assignment()});
  }
  return left;
}

ExprPtr Parser::assignment() {
  const Depth depth(this);
  ExprPtr target = conditional();
  for (const AssignEntry& entry : kAssign) {
    if (!spelled(peek(), entry.spelling)) continue;
    const SourcePos pos = take().pos;
    return make_expr(pos, AssignExpr{entry.op, std::move(target), initialiser()});
  }
  if (!no_greater_ && peek().is(">") && peek(1).is(">=") && touches(peek(), peek(1))) {
    const SourcePos pos = take().pos;
    take();
    return make_expr(pos, AssignExpr{BinaryOp::kShr, std::move(target), assignment()});
  }
  return target;
}

ExprPtr Parser::initialiser() { return peek().is("{") ? init_list({}) : assignment(); }

ExprPtr Parser::conditional() {
  ExprPtr condition = binary(1);
  if (!peek().is("?")) return condition;
  const SourcePos pos = take().pos;
  ExprPtr then;
  {
    const Angles angles(this, false);
    then = expression();
  }
  expect(":", "in a ?: expression");
  ExprPtr otherwise = assignment();
  return make_expr(pos,
                   ConditionalExpr{std::move(condition), std::move(then), std::move(otherwise)});
}

const Parser::Operator* Parser::binary_operator(Operator* found) const {
  if (peek().is(">")) {
    if (no_greater_ || closes_launch()) return nullptr;
    const bool shift = peek(1).is(">") && touches(peek(), peek(1));
    if (shift && peek(2).is(">=") && touches(peek(1), peek(2))) return nullptr;
    if (peek(1).is(">=") && touches(peek(), peek(1))) return nullptr;
    *found = shift ? Operator{BinaryOp::kShr, 8, 2} : Operator{BinaryOp::kGreater, 7, 1};
    return found;
  }
  if (opens_launch()) return nullptr;
  for (const BinaryEntry& entry : kBinary) {
    if (!spelled(peek(), entry.spelling)) continue;
    *found = {entry.op, entry.precedence, 1};
    return found;
  }
  if (peek().is("or")) {
    *found = {BinaryOp::kOr, 1, 1};
    return found;
  }
  return nullptr;
}

ExprPtr Parser::binary(int min_precedence) {
  ExprPtr left = unary();
  Operator found{};
  Chain chain(this);
  while (const Operator* op = binary_operator(&found)) {
    if (op->precedence < min_precedence) break;
    chain.link();
    const SourcePos pos = peek().pos;
    for (size_t i = 0; i < found.width; ++i) take();
    const BinaryOp what = found.op;
    left = make_expr(pos, BinaryExpr{what, std::move(left), binary(found.precedence + 1)});
  }
  return left;
}

ExprPtr Parser::unary() {
  const Depth depth(this);
  const SourcePos pos = peek().pos;
  for (const UnaryEntry& entry : kUnary) {
    if (!spelled(peek(), entry.spelling)) continue;
    take();
    return make_expr(pos, UnaryExpr{entry.op, unary()});
  }
  TypeRef cast;
  if (peek().is("(") && cast_follows(&cast)) {
    std::vector<ExprPtr> operand;
    operand.push_back(peek().is("{") ? init_list({}) : unary());
    return make_expr(pos, CastExpr{std::move(cast), std::move(operand)});
  }
  return postfix(primary());
}

ExprPtr Parser::postfix(ExprPtr object) {
  for (Chain chain(this);; chain.link()) {
    const SourcePos pos = peek().pos;
    if (opens_launch()) {
      object = launch(std::move(object));
    } else if (peek().is("(")) {
      object = call(std::move(object));
    } else if (accept("[")) {
      object = make_expr(pos, IndexExpr{std::move(object), list_until("]")});
    } else if (peek().is(".") || peek().is("->")) {
      const bool arrow = take().text == "->";
      object = member(std::move(object), arrow);
    } else if (accept("++")) {
      object = make_expr(pos, UnaryExpr{UnaryOp::kPostIncrement, std::move(object)});
    } else if (accept("--")) {
      object = make_expr(pos, UnaryExpr{UnaryOp::kPostDecrement, std::move(object)});
    } else {
      return object;
    }
  }
}

ExprPtr Parser::member(ExprPtr object, bool arrow) {
  const bool is_template = accept("template");
  const Token& name = take();
  if (!name.is_identifier()) fail(name, "expected a member's name, found '" + name.text + "'");
  if (name.text == "operator")
    fail(name, "operators can't be called by name", "the operator itself: a + b");
  MemberExpr member{std::move(object), name.text, {}, arrow};
  const SourcePos pos = name.pos;
  if (is_template) {
    member.template_args = template_args();
  } else if (peek().is("<")) {
    try_template_args(&member.template_args);
  }
  return make_expr(pos, std::move(member));
}

ExprPtr Parser::call(ExprPtr callee) {
  const SourcePos pos = callee->pos;
  const auto* name = std::get_if<NameExpr>(&callee->node);
  if (!name || !is_unknown_macro(name->name, kind_of(name->name)) || is_check_macro(name->name)) {
    return make_expr(pos, CallExpr{std::move(callee), call_args()});
  }
  // The arguments of a macro that is not known here may be anything: then it is the macro that is
  // at fault.
  try {
    std::vector<ExprPtr> args = call_args();
    return make_expr(pos, CallExpr{std::move(callee), std::move(args)});
  } catch (const SyntaxError& error) {
    if (steps_ < 0) throw;
    throw SyntaxError{{pos, name->name + " is a macro that this file does not define",
                       "macros that are defined in the file itself"}};
  }
}

std::vector<ExprPtr> Parser::call_args() {
  expect("(", "before arguments");
  return list_until(")");
}

std::vector<ExprPtr> Parser::list_until(const char* close) {
  const Depth depth(this);
  const Angles angles(this, false);
  std::vector<ExprPtr> values;
  while (!peek().is(close)) {
    values.push_back(initialiser());
    if (peek().is("...")) {
      fail(peek(), "parameter packs are not part of the host language",
           "a fixed number of arguments");
    }
    if (!accept(",")) break;
  }
  expect(close, "behind the last element");
  return values;
}

ExprPtr Parser::init_list(TypeRef type) {
  const SourcePos pos = peek().pos;
  expect("{", "before a list of values");
  if (peek().is(".") && peek(1).is_identifier()) {
    fail(peek(), "designated initialisers are not part of the host language", "{a, b}");
  }
  return make_expr(pos, InitListExpr{std::move(type), list_until("}")});
}

ExprPtr Parser::launch(ExprPtr kernel) {
  const Token& open = peek();
  const SourcePos pos = kernel->pos;
  auto* name = std::get_if<NameExpr>(&kernel->node);
  if (!name) {
    fail(open, "what is launched here is no kernel's name",
         "kernel<T><<<grid, block, shared, stream>>>(…)");
  }
  LaunchExpr launch;
  launch.kernel = name->name;
  launch.template_args = std::move(name->template_args);
  for (size_t width = take().text.size(); width < 3;) width += take().text.size();
  {
    const Angles angles(this, false);
    std::vector<ExprPtr> config;
    while (!closes_launch()) {
      config.push_back(initialiser());
      if (!accept(",")) break;
    }
    if (!closes_launch()) fail_expected("'>>>' behind the launch configuration");
    if (config.size() < 2 || config.size() > 4) {
      fail(
          open,
          "a launch configuration has 2 to 4 values, this one has " + std::to_string(config.size()),
          "<<<grid, block, shared, stream>>>");
    }
    launch.grid = std::move(config[0]);
    launch.block = std::move(config[1]);
    if (config.size() > 2) launch.shared = std::move(config[2]);
    if (config.size() > 3) launch.stream = std::move(config[3]);
  }
  for (int i = 0; i < 3; ++i) take();
  launch.args = call_args();
  return make_expr(pos, std::move(launch));
}

}  // namespace cudal1::program
