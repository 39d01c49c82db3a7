// Recursive descent over the tokens of one declaration or function of the host side.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cudal1/program/ast.h"
#include "program/names.h"
#include "program/token.h"

namespace cudal1::program {

template <typename Node>
ExprPtr make_expr(SourcePos pos, Node node) {
  return std::make_unique<Expr>(Expr{pos, std::move(node)});
}
template <typename Node>
StmtPtr make_stmt(SourcePos pos, Node node) {
  return std::make_unique<Stmt>(Stmt{pos, std::move(node)});
}

// Every member throws SyntaxError for what the language does not have.
class Parser {
 public:
  // Parses tokens [begin, end).
  Parser(const Tokens& tokens, size_t begin, size_t end, const Names& names);

  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  void expect_end();

  // parse_type.cpp
  TypeRef type();                                // pointers and references included
  std::vector<TemplateParam> template_header();  // template <…>; declares its names
  std::vector<Param> params();                   // ( … ); declares their names
  std::vector<TemplateArg> template_args();      // < … >
  // parse_expression.cpp
  ExprPtr expression();
  ExprPtr assignment();
  // parse_statement.cpp
  StmtPtr block();
  StmtPtr statement();
  StmtPtr using_or_typedef();
  // parse_declaration.cpp
  StmtPtr declaration();  // up to and with ';'

  void declare(const std::string& name, NameKind kind);
  void set_function_name(std::string name) { function_name_ = std::move(name); }

  // Tokens, for those who parse around this.
  const Token& peek(size_t ahead = 0) const;
  const Token& take();
  bool accept(const char* spelling);
  void expect(const char* spelling, const char* where);

 private:
  class Scope;
  class Depth;
  class Chain;
  class Angles;

  [[noreturn]] void fail(const Token& at, std::string message, std::string accepted = "") const;
  [[noreturn]] void fail_expected(const char* what) const;
  template <typename Attempt>
  bool speculate(Attempt attempt);
  bool opens_launch() const;
  bool closes_launch() const;
  void skip_attributes();
  void skip_balanced(const char* open, const char* close);

  // Names.
  const NameKind* kind_of(const std::string& name) const;
  bool is_variable(const std::string& name) const;
  bool is_type_name(const std::string& name) const;

  // Types.
  bool starts_fundamental() const;
  TypeRef base_type();
  void fundamental(TypeRef* type);
  void named_type(TypeRef* type);
  void pointer_operators(TypeRef* type);
  TemplateArg template_arg();
  TemplateParam template_param();
  Param param();
  void function_type_suffix(TypeRef* type);

  // Expressions.
  struct Operator {
    BinaryOp op;
    int precedence;
    size_t width;
  };
  const Operator* binary_operator(Operator* found) const;
  ExprPtr binary(int min_precedence);
  ExprPtr conditional();
  ExprPtr unary();
  ExprPtr postfix(ExprPtr object);
  ExprPtr primary();
  ExprPtr initialiser();  // assignment or { … }
  ExprPtr init_list(TypeRef type);
  std::vector<ExprPtr> list_until(const char* close);
  std::vector<ExprPtr> call_args();
  ExprPtr call(ExprPtr callee);
  ExprPtr literal();
  ExprPtr string_literal();
  ExprPtr keyword_expression();
  ExprPtr parenthesised();
  bool cast_follows(TypeRef* type);
  bool operand_follows(const TypeRef& type) const;
  ExprPtr named_cast();
  ExprPtr size_of();
  ExprPtr functional_cast(TypeRef type);
  ExprPtr name_expression();
  bool try_template_args(std::vector<TemplateArg>* args);
  ExprPtr lambda();
  void refuse_device_lambda();
  ExprPtr member(ExprPtr object, bool arrow);
  ExprPtr launch(ExprPtr kernel);

  // AT_DISPATCH_* (parse_dispatch.cpp).
  ExprPtr dispatch();
  ExprPtr dispatch_switch(const Token& macro);
  ExprPtr dispatch_v2(const Token& macro);
  struct DispatchCase;
  DispatchCase dispatch_case();

  // Statements.
  bool declaration_follows();
  bool range_declaration_follows();
  StmtPtr if_statement();
  StmtPtr for_statement();
  StmtPtr range_for(SourcePos pos);
  StmtPtr while_statement();
  StmtPtr do_statement();
  StmtPtr switch_statement();
  SwitchCase switch_case();
  StmtPtr jump_statement();
  StmtPtr expression_statement();
  void end_of_expression_statement(const Expr& value);
  void condition(StmtPtr* init, ExprPtr* value);

  // Declarations.
  DeclStmt declaration_list();
  TypeRef declaration_type(bool* is_static, bool* is_constexpr);
  Declarator declarator(const TypeRef& base);
  void declarator_name(Declarator* declarator);
  void declarator_init(Declarator* declarator);

  Tokens tokens_;
  size_t at_ = 0;
  const Names& names_;
  std::vector<std::map<std::string, NameKind>> scopes_;
  std::string function_name_;
  bool no_greater_ = false;  // inside < … >: '>' closes
  int depth_ = 0;
  long steps_ = 0;
  long max_steps_ = 0;
};

class Parser::Scope {
 public:
  explicit Scope(Parser* parser) : parser_(parser) { parser_->scopes_.emplace_back(); }
  ~Scope() { parser_->scopes_.pop_back(); }
  Scope(const Scope&) = delete;

 private:
  Parser* parser_;
};

// Bounds recursion, so that no input can exhaust the stack.
class Parser::Depth {
 public:
  explicit Depth(Parser* parser) : parser_(parser) {
    if (++parser_->depth_ > kMax) {
      --parser_->depth_;
      parser_->steps_ = -1;  // whatever else is tried nests as deeply
      parser_->fail(parser_->peek(), "this is nested too deeply", "at most 256 levels");
    }
  }
  ~Depth() { --parser_->depth_; }
  Depth(const Depth&) = delete;

 private:
  static constexpr int kMax = 256;
  Parser* parser_;
};

// Sets what '>' means, until it goes.
class Parser::Angles {
 public:
  Angles(Parser* parser, bool no_greater) : parser_(parser), before_(parser->no_greater_) {
    parser_->no_greater_ = no_greater;
  }
  ~Angles() { parser_->no_greater_ = before_; }
  Angles(const Angles&) = delete;

 private:
  Parser* parser_;
  bool before_;
};

// Bounds what is read by a loop and becomes a tree all the same: a + b + c …, x.f().g() …
class Parser::Chain {
 public:
  explicit Chain(Parser* parser) : parser_(parser) {}
  void link() {
    if (++links_ <= kMax) return;
    parser_->steps_ = -1;
    parser_->fail(parser_->peek(), "this chain of operators or calls is too long",
                  "at most 1000 links");
  }

 private:
  static constexpr int kMax = 1000;
  Parser* parser_;
  int links_ = 0;
};

template <typename Attempt>
bool Parser::speculate(Attempt attempt) {
  const size_t at = at_;
  try {
    if (attempt()) return true;
  } catch (const SyntaxError&) {
    if (steps_ < 0) throw;  // a limit is reached: no further attempts
  }
  at_ = at;
  return false;
}

}  // namespace cudal1::program
