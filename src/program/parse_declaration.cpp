// Variables and type aliases.
#include "program/parser.h"

namespace cudal1::program {

// Decides whether a statement declares something, without taking any of it.
bool Parser::declaration_follows() {
  const Token& first = peek();
  if (!first.is_identifier() && !first.is("::")) return false;
  if (first.is("static") || first.is("constexpr") || first.is("const") || first.is("auto") ||
      first.is("volatile") || first.is("register") || first.is("inline") ||
      first.is("thread_local")) {
    return true;
  }
  if (is_variable(first.text) && !peek(1).is("::")) return false;
  const size_t at = at_;
  const bool found = speculate([&] {
    TypeRef type = base_type();
    pointer_operators(&type);
    if (peek().is("("))
      return peek(1).is("*") && peek(2).is_identifier() && peek(3).is(")") && peek(4).is("(");
    if (!peek().is_identifier()) return false;
    const Token& next = peek(1);
    return next.is("=") || next.is(";") || next.is("(") || next.is("{") || next.is("[") ||
           next.is(",") || next.is(":");
  });
  at_ = at;
  return found;
}

StmtPtr Parser::declaration() {
  const SourcePos pos = peek().pos;
  DeclStmt declaration = declaration_list();
  expect(";", "behind a declaration");
  return make_stmt(pos, std::move(declaration));
}

DeclStmt Parser::declaration_list() {
  DeclStmt declaration;
  const TypeRef base = declaration_type(&declaration.is_static, &declaration.is_constexpr);
  do {
    declaration.declarators.push_back(declarator(base));
  } while (accept(","));
  return declaration;
}

TypeRef Parser::declaration_type(bool* is_static, bool* is_constexpr) {
  bool is_const = false;
  while (true) {
    skip_attributes();
    if (peek().is("thread_local")) {
      fail(peek(), "'thread_local' is not part of the host language", "a local variable");
    }
    if (accept("static"))
      *is_static = true;
    else if (accept("constexpr"))
      *is_constexpr = true;
    else if (accept("const"))
      is_const = true;
    else if (!accept("inline") && !accept("register") && !accept("volatile"))
      break;
  }
  TypeRef type = base_type();
  while (peek().is("static") || peek().is("constexpr")) {
    (take().text == "static" ? *is_static : *is_constexpr) = true;
  }
  type.is_const |= is_const;
  return type;
}

Declarator Parser::declarator(const TypeRef& base) {
  Declarator declarator;
  declarator.type = base;
  pointer_operators(&declarator.type);
  declarator_name(&declarator);
  declarator_init(&declarator);
  return declarator;
}

void Parser::declarator_name(Declarator* declarator) {
  declarator->pos = peek().pos;
  skip_attributes();
  if (accept("[")) {  // auto [a, b]
    do {
      if (!peek().is_identifier()) fail_expected("a name");
      declarator->names.push_back(take().text);
    } while (accept(","));
    expect("]", "behind the names of a structured binding");
  } else if (accept("(")) {  // R (*name)(…)
    TypeRef inner;
    pointer_operators(&inner);
    if (!peek().is_identifier()) fail_expected("a name");
    declarator->names.push_back(take().text);
    expect(")", "behind a name");
    declarator->type.name += inner.pointers ? "(*)" : "(&)";
    if (peek().is("(")) function_type_suffix(&declarator->type);
  } else {
    if (!peek().is_identifier()) fail_expected("a variable's name");
    declarator->names.push_back(take().text);
  }
  for (const std::string& name : declarator->names) declare(name, NameKind::kVariable);
  while (peek().is("[") && !peek(1).is("[")) {
    take();
    declarator->array_extents.push_back(peek().is("]") ? nullptr : expression());
    expect("]", "behind an array's extent");
  }
  skip_attributes();
}

void Parser::declarator_init(Declarator* declarator) {
  if (accept("=")) {
    declarator->style = InitStyle::kCopy;
    declarator->init.push_back(initialiser());
  } else if (peek().is("(")) {
    declarator->style = InitStyle::kParen;
    declarator->init = call_args();
  } else if (accept("{")) {
    declarator->style = InitStyle::kBrace;
    declarator->init = list_until("}");
  }
}

StmtPtr Parser::using_or_typedef() {
  const Token& word = take();
  UsingStmt alias;
  if (word.text == "typedef") {
    alias.type = type();
    if (peek().is("(")) {  // typedef R (*name)(…)
      Declarator pointer;
      pointer.type = std::move(alias.type);
      declarator_name(&pointer);
      alias.type = std::move(pointer.type);
      alias.name = pointer.names.front();
    } else {
      if (!peek().is_identifier()) fail_expected("a name");
      alias.name = take().text;
      while (peek().is("[")) skip_balanced("[", "]");
    }
  } else if (peek().is("namespace")) {  // names are looked up by their last component anyway
    while (!peek().is(";") && !at_end()) take();
    expect(";", "behind using namespace");
    return make_stmt(word.pos, BlockStmt{});
  } else if (peek(1).is("=") || peek(1).is("[")) {
    alias.name = take().text;
    skip_attributes();
    expect("=", "behind the name of a type alias");
    alias.type = type();
    function_type_suffix(&alias.type);
  } else {  // using at::Tensor;
    accept("typename");
    alias.type = base_type();
    alias.name = std::string(last_component(alias.type.name));
  }
  expect(";", "behind a type alias");
  declare(alias.name, NameKind::kType);
  return make_stmt(word.pos, std::move(alias));
}

}  // namespace cudal1::program
