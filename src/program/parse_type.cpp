#include <algorithm>
#include <array>
#include <string_view>

#include "program/lexer.h"
#include "program/parser.h"

namespace cudal1::program {
namespace {

constexpr int kMaxPointers = 16;

constexpr std::array<std::string_view, 13> kFundamental = {
    "void",   "bool",   "char",     "short",   "int",  "long",   "float",
    "double", "signed", "unsigned", "wchar_t", "auto", "__int64"};

bool is_fundamental(const Token& token) {
  return token.is_identifier() &&
         std::find(kFundamental.begin(), kFundamental.end(), token.text) != kFundamental.end();
}

bool is_restrict(const Token& token) {
  return token.is("__restrict__") || token.is("__restrict") || token.is("restrict");
}

bool is_qualifier(const Token& token) {
  return token.is("const") || token.is("volatile") || token.is("typename") || token.is("struct") ||
         token.is("class") || token.is("enum") || token.is("__grid_constant__");
}

}  // namespace

bool Parser::starts_fundamental() const { return is_fundamental(peek()); }

TypeRef Parser::type() {
  TypeRef type = base_type();
  pointer_operators(&type);
  return type;
}

TypeRef Parser::base_type() {
  const Depth depth(this);
  TypeRef type;
  type.pos = peek().pos;
  skip_attributes();
  while (is_qualifier(peek())) type.is_const |= take().text == "const";
  if (is_fundamental(peek())) {
    fundamental(&type);
  } else {
    named_type(&type);
  }
  while (peek().is("const") || peek().is("volatile")) type.is_const |= take().text == "const";
  return type;
}

// One spelling for each: "unsigned long long", whatever the order of the words and with or without
// "int".
void Parser::fundamental(TypeRef* type) {
  int longs = 0;
  bool is_unsigned = false, is_signed = false;
  std::string core;
  for (; is_fundamental(peek()) || peek().is("const") || peek().is("volatile"); take()) {
    const std::string& word = peek().text;
    if (word == "long")
      ++longs;
    else if (word == "unsigned")
      is_unsigned = true;
    else if (word == "signed")
      is_signed = true;
    else if (word == "const")
      type->is_const = true;
    else if (word == "volatile")
      continue;
    else if (word == "int" && core == "short")
      continue;
    else
      core = word == "__int64" ? "long long" : word;
  }
  if (longs > 0 && core != "double")
    core = longs == 1 ? "long" : "long long";
  else if (longs > 0)
    core = "long double";
  if (core.empty()) core = "int";
  if (is_signed && core == "char") core = "signed char";
  type->name = is_unsigned ? "unsigned " + core : core;
}

void Parser::named_type(TypeRef* type) {
  if (accept("decltype")) {
    expect("(", "behind decltype");
    const Angles angles(this, false);
    type->name = "decltype";
    type->args.push_back({nullptr, std::shared_ptr<Expr>(expression())});
    expect(")", "behind the operand of decltype");
    return;
  }
  accept("::");
  do {
    accept("template");
    if (!peek().is_identifier()) fail_expected("a type");
    type->name += (type->name.empty() ? "" : "::") + take().text;
    if (peek().is("<") && !is_variable(type->name)) type->args = template_args();
  } while (accept("::"));
  type->name = names_.without_alias(type->name);
}

void Parser::pointer_operators(TypeRef* type) {
  while (true) {
    if (peek().is("*")) {
      if (++type->pointers > kMaxPointers) fail(peek(), "too many '*' in a row", "at most 16");
      take();
    } else if (accept("&") || accept("&&")) {
      type->is_reference = true;
    } else if (is_restrict(peek())) {
      take();
      type->is_restrict = true;
    } else if (peek().is("const") || peek().is("volatile")) {
      const bool is_const = take().text == "const";
      if (type->pointers == 0) type->is_const |= is_const;
    } else {
      return;
    }
  }
}

std::vector<TemplateArg> Parser::template_args() {
  const Depth depth(this);
  const Angles angles(this, true);
  std::vector<TemplateArg> args;
  expect("<", "before template arguments");
  while (!peek().is(">")) {
    args.push_back(template_arg());
    if (!accept(",")) break;
  }
  expect(">", "behind template arguments");
  return args;
}

TemplateArg Parser::template_arg() {
  TemplateArg arg;
  const bool is_type = speculate([&] {
    if (!is_qualifier(peek()) && !is_fundamental(peek()) && is_variable(peek().text) &&
        !peek(1).is("::"))
      return false;
    if (peek().is("true") || peek().is("false")) return false;
    const bool fundamental = is_fundamental(peek()) || is_qualifier(peek());
    TypeRef type = this->type();
    const std::string head = type.name;
    function_type_suffix(&type);
    // std::min(A, B) reads like a function type, whose result no type is called so.
    const NameKind* head_kind = kind_of(head);
    const bool head_is_type =
        fundamental || is_type_name(head) || (head_kind && *head_kind == NameKind::kType);
    if (type.name != head && type.pointers == 0 && !head_is_type) return false;
    if (const NameKind* kind = kind_of(type.name);
        kind && *kind != NameKind::kType && type.pointers == 0)
      return false;
    if (!peek().is(",") && !peek().is(">")) return false;
    arg.type = std::make_shared<TypeRef>(std::move(type));
    return true;
  });
  if (!is_type) arg.expr = std::shared_ptr<Expr>(conditional());
  return arg;
}

// R(A, B) of std::function, R(*)(A, B), T[4]: kept as text in the name.
void Parser::function_type_suffix(TypeRef* type) {
  const size_t begin = at_;
  while (peek().is("(") || peek().is("["))
    peek().is("(") ? skip_balanced("(", ")") : skip_balanced("[", "]");
  if (at_ != begin) type->name += spell(tokens_, begin, at_);
  accept("...");
}

std::vector<TemplateParam> Parser::template_header() {
  std::vector<TemplateParam> params;
  expect("template", "here");
  const Angles angles(this, true);
  expect("<", "behind template");
  while (!peek().is(">")) {
    params.push_back(template_param());
    declare(params.back().name, params.back().is_type ? NameKind::kType : NameKind::kVariable);
    if (!accept(",")) break;
  }
  expect(">", "behind template parameters");
  return params;
}

TemplateParam Parser::template_param() {
  TemplateParam param;
  if (peek().is("template")) {
    take();
    skip_balanced("<", ">");
  }
  const bool typed =
      (peek().is("typename") || peek().is("class")) && !peek(2).is("::") && !peek(2).is("<");
  if (typed) {
    take();
  } else {
    param.is_type = false;
    param.value_type = type();
  }
  param.is_pack = accept("...");
  if (!param.is_type && accept("(")) {  // R (*name)(…): a function as a value
    pointer_operators(&param.value_type);
    if (peek().is_identifier()) param.name = take().text;
    expect(")", "behind the name of a function pointer");
    skip_balanced("(", ")");
    param.value_type.name += "(*)()";
  }
  if (peek().is_identifier()) param.name = take().text;
  if (accept("=")) param.default_arg = template_arg();
  return param;
}

std::vector<Param> Parser::params() {
  std::vector<Param> params;
  expect("(", "before the parameters");
  const Angles angles(this, false);
  if (peek().is("void") && peek(1).is(")")) take();
  while (!peek().is(")")) {
    params.push_back(param());
    if (!accept(",")) break;
  }
  expect(")", "behind the parameters");
  return params;
}

Param Parser::param() {
  Param param;
  skip_attributes();
  accept("__grid_constant__");
  param.type = base_type();
  accept("__grid_constant__");
  pointer_operators(&param.type);
  if (accept("...")) param.type.name += "...";
  param.pos = peek().pos;
  if (peek().is("(")) {  // R (*name)(…), T (&name)[N]
    take();
    pointer_operators(&param.type);
    if (peek().is_identifier()) param.name = take().text;
    expect(")", "behind a parameter's name");
    param.type.name += "(*)";
    if (peek().is("(")) function_type_suffix(&param.type);
  } else if (peek().is_identifier()) {
    param.name = take().text;
  }
  while (peek().is("[")) {
    if (!peek(1).is("[")) ++param.type.pointers;
    skip_balanced("[", "]");
  }
  skip_attributes();
  if (accept("=")) param.default_value = initialiser();
  declare(param.name, NameKind::kVariable);
  return param;
}

}  // namespace cudal1::program
