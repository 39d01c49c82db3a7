// Literals, names, casts and lambdas.
#include <map>
#include <set>

#include "program/literal.h"
#include "program/parser.h"

namespace cudal1::program {
namespace {

// Words of C++ that start an expression the language does not have → what it takes instead.
const std::map<std::string, std::string>& refused_words() {
  static const std::map<std::string, std::string> kWords = {
      {"new", "std::vector, or a tensor"},
      {"delete", "std::vector and tensors free themselves"},
      {"this", "free functions"},
      {"typeid", "scalar_type() of a tensor"},
      {"dynamic_cast", "static_cast"},
      {"co_await", "plain calls"},
      {"co_yield", "plain calls"},
      {"alignof", "the number of bytes"},
      {"noexcept", "the value itself"},
      {"operator", "the operator itself: a + b"},
      {"asm", "inline assembly inside kernels only"},
      {"__asm__", "inline assembly inside kernels only"},
      {"throw", "throw as a statement of its own, or TORCH_CHECK"}};
  return kWords;
}

// Base types that no declaration can hide.
bool is_keyword_type(const std::string& name) {
  static const std::set<std::string> kWords = {"void",
                                               "bool",
                                               "char",
                                               "short",
                                               "int",
                                               "long",
                                               "float",
                                               "double",
                                               "signed char",
                                               "unsigned char",
                                               "unsigned short",
                                               "unsigned int",
                                               "unsigned long",
                                               "unsigned long long",
                                               "long long",
                                               "long double",
                                               "decltype"};
  return kWords.count(name) > 0;
}

bool is_string_name(const Token& token) {
  return token.is("__func__") || token.is("__FUNCTION__") || token.is("__PRETTY_FUNCTION__");
}

}  // namespace

ExprPtr Parser::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::kNumber:
    case TokenKind::kChar:
      return literal();
    case TokenKind::kString:
      return string_literal();
    case TokenKind::kEnd:
      fail_expected("a value");
    case TokenKind::kIdentifier:
      return is_string_name(token) ? string_literal() : keyword_expression();
    case TokenKind::kPunct:
      break;
  }
  if (token.is("(")) return parenthesised();
  if (token.is("[")) return lambda();
  if (token.is("{")) return init_list({});
  if (token.is("::")) return name_expression();
  fail_expected("a value");
}

ExprPtr Parser::literal() {
  const Token& token = take();
  if (token.kind == TokenKind::kChar) {
    if (const auto value = parse_character(token.text))
      return make_expr(token.pos, IntLiteral{*value});
    fail(token, "this character can't be read: " + token.text, "one ASCII character: 'a', '\\n'");
  }
  const auto number = parse_number(token.text);
  if (!number)
    fail(token, "this number can't be read: " + token.text,
         "integers of 64 bits, and 1.0, 1.0f, 1e-5");
  if (const auto* integer = std::get_if<IntLiteral>(&*number))
    return make_expr(token.pos, *integer);
  return make_expr(token.pos, std::get<FloatLiteral>(*number));
}

ExprPtr Parser::string_literal() {
  const SourcePos pos = peek().pos;
  std::string value;
  while (peek().kind == TokenKind::kString || is_string_name(peek())) {
    const Token& token = take();
    if (is_string_name(token)) {
      value += function_name_;
      continue;
    }
    const auto part = parse_string(token.text);
    if (!part) fail(token, "this string can't be read: " + token.text, "\"text\"");
    value += *part;
  }
  return make_expr(pos, StringLiteral{std::move(value)});
}

ExprPtr Parser::keyword_expression() {
  const Token& token = peek();
  if (token.text == "true" || token.text == "false")
    return make_expr(token.pos, BoolLiteral{take().text == "true"});
  if (token.text == "nullptr" || token.text == "NULL") return make_expr(take().pos, NullLiteral{});
  if (token.text == "sizeof") return size_of();
  if (token.text == "static_cast" || token.text == "reinterpret_cast" || token.text == "const_cast")
    return named_cast();
  const auto refused = refused_words().find(token.text);
  if (refused != refused_words().end()) {
    fail(token, "'" + token.text + "' is not part of the host language", refused->second);
  }
  if (token.text.rfind("AT_DISPATCH_", 0) == 0 && peek(1).is("(")) return dispatch();
  if (starts_fundamental() || token.text == "const" || token.text == "typename" ||
      token.text == "decltype") {
    return functional_cast(base_type());
  }
  return name_expression();
}

ExprPtr Parser::parenthesised() {
  expect("(", "here");
  const Angles angles(this, false);
  ExprPtr value = expression();
  expect(")", "behind an expression");
  return value;
}

// (T) before an operand: then the type is taken.
bool Parser::cast_follows(TypeRef* cast) {
  return speculate([&] {
    expect("(", "here");
    if (!peek().is_identifier() && !peek().is("::")) return false;
    TypeRef type = this->type();
    if (!accept(")")) return false;
    if (!operand_follows(type)) return false;
    *cast = std::move(type);
    return true;
  });
}

// Decides "(name) …" by what the name is known to be and, for unknown names, by what follows.
bool Parser::operand_follows(const TypeRef& type) const {
  const NameKind* kind = kind_of(type.name);
  if (kind && *kind != NameKind::kType && type.pointers == 0) return false;
  const bool certain = type.pointers > 0 || type.is_const || (kind && *kind == NameKind::kType) ||
                       is_type_name(type.name) || is_keyword_type(type.name);
  const Token& next = peek();
  switch (next.kind) {
    case TokenKind::kNumber:
    case TokenKind::kChar:
    case TokenKind::kString:
      return true;
    case TokenKind::kIdentifier:
      return !next.is("and") && !next.is("or");
    case TokenKind::kEnd:
      return false;
    case TokenKind::kPunct:
      break;
  }
  if (next.is("!") || next.is("~")) return true;
  const bool ambiguous = next.is("(") || next.is("-") || next.is("+") || next.is("*") ||
                         next.is("&") || next.is("[") || next.is("{") || next.is("::");
  return certain && ambiguous;
}

ExprPtr Parser::named_cast() {
  const SourcePos pos = take().pos;
  CastExpr cast;
  {
    const Angles angles(this, true);
    expect("<", "behind a cast");
    cast.type = type();
    function_type_suffix(&cast.type);
    expect(">", "behind the type of a cast");
  }
  cast.args = call_args();
  if (cast.args.size() != 1)
    throw SyntaxError{{pos, "a cast takes one value", "static_cast<float>(x)"}};
  return make_expr(pos, std::move(cast));
}

ExprPtr Parser::size_of() {
  const Token& word = take();
  if (peek().is("...")) fail(word, "parameter packs are not part of the host language");
  SizeOfExpr size;
  const bool is_type =
      peek().is("(") && speculate([&] {
        take();
        TypeRef type = this->type();
        if (kind_of(type.name) && *kind_of(type.name) != NameKind::kType && type.pointers == 0)
          return false;
        if (!accept(")")) return false;
        size.type = std::move(type);
        return true;
      });
  if (!is_type) size.operand = unary();
  return make_expr(word.pos, std::move(size));
}

// float(x), dim3(a, b), std::vector<int64_t>{1, 2}
ExprPtr Parser::functional_cast(TypeRef type) {
  const SourcePos pos = type.pos;
  if (peek().is("{")) {
    ExprPtr list = init_list(std::move(type));
    list->pos = pos;
    return list;
  }
  if (!peek().is("("))
    fail(peek(), "expected '(' behind the type " + type.name + ", found '" + peek().text + "'");
  std::vector<ExprPtr> args = call_args();
  return make_expr(pos, CastExpr{std::move(type), std::move(args)});
}

ExprPtr Parser::name_expression() {
  const SourcePos pos = peek().pos;
  NameExpr name;
  const bool global = accept("::");
  while (true) {
    if (!peek().is_identifier()) fail_expected("a name");
    name.name += (name.name.empty() ? "" : "::") + take().text;
    const bool hides_template = name.name.find("::") == std::string::npos && is_variable(name.name);
    if (peek().is("<") && !hides_template) {
      std::vector<TemplateArg> args;
      if (try_template_args(&args)) name.template_args = std::move(args);
    }
    if (!peek().is("::")) break;
    take();
    accept("template");
  }
  name.name = names_.without_alias(name.name);
  // Only a type can stand before a list of values.
  const bool is_type = is_type_name(name.name) || (peek().is("{") && !is_variable(name.name));
  if (is_type && (peek().is("(") || peek().is("{"))) {
    TypeRef type;
    type.pos = pos;
    type.name = std::move(name.name);
    type.args = std::move(name.template_args);
    return functional_cast(std::move(type));
  }
  const bool local = !global && name.name.find("::") == std::string::npos && [&] {
    for (const auto& scope : scopes_) {
      if (scope.count(name.name)) return true;
    }
    return false;
  }();
  if (!local) name.name = names_.canonical_variable(name.name);
  return make_expr(pos, std::move(name));
}

// "<" behind a name: a template argument list if it reads as one and what follows fits; else a
// comparison.
bool Parser::try_template_args(std::vector<TemplateArg>* args) {
  return speculate([&] {
    const Depth depth(this);
    const Angles angles(this, true);
    expect("<", "here");
    std::vector<TemplateArg> found;
    while (!peek().is(">")) {
      const bool parenthesised = peek().is("(");
      found.push_back(template_arg());
      const auto* binary =
          found.back().expr ? std::get_if<BinaryExpr>(&found.back().expr->node) : nullptr;
      if (binary && !parenthesised && (binary->op == BinaryOp::kAnd || binary->op == BinaryOp::kOr))
        return false;
      if (!accept(",")) break;
    }
    if (!accept(">")) return false;
    const Token& next = peek();
    const bool fits = next.kind == TokenKind::kEnd ||
                      (next.kind == TokenKind::kPunct &&
                       (next.is("(") || next.is("{") || opens_launch() || next.is("::") ||
                        next.is(",") || next.is(")") || next.is(">") || next.is(";") ||
                        next.is("]") || next.is("}") || next.is(":")));
    if (!fits) return false;
    *args = std::move(found);
    return true;
  });
}

void Parser::refuse_device_lambda() {
  if (!peek().is("__device__") && !peek().is("__host__") && !peek().is("__global__")) return;
  fail(peek(), "lambdas that run on the device are not part of the host language",
       "a __device__ function or a struct with operator()");
}

ExprPtr Parser::lambda() {
  const Depth depth(this);
  const SourcePos pos = peek().pos;
  expect("[", "here");
  for (; !peek().is("]"); take()) {
    if (at_end()) fail_expected("']' behind the captures of a lambda");
    if (peek().is("=") && !peek(1).is("]") && !peek(1).is(",")) {
      fail(peek(), "captures with an initialiser are not part of the host language",
           "[&], [=], [x, &y]");
    }
  }
  take();
  if (peek().is("<"))
    fail(peek(), "template lambdas are not part of the host language", "auto parameters");
  const Scope scope(this);
  const Angles angles(this, false);
  LambdaExpr lambda;
  refuse_device_lambda();
  if (peek().is("(")) lambda.params = params();
  while (accept("mutable") || accept("noexcept") || accept("constexpr")) {
  }
  refuse_device_lambda();
  if (accept("->")) type();
  if (!peek().is("{")) fail_expected("'{' before the body of a lambda");
  lambda.body = block();
  return make_expr(pos, std::move(lambda));
}

}  // namespace cudal1::program
