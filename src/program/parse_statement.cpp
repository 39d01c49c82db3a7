// Statements of the host side.
#include <map>

#include "program/parser.h"

namespace cudal1::program {
namespace {

constexpr const char* kStatements =
    "declarations, expressions, if, for, while, do, switch, return, break, continue, throw";

const std::map<std::string, std::string>& refused_statements() {
  static const std::map<std::string, std::string> kWords = {
      {"try", "TORCH_CHECK; errors end the call"},
      {"goto", "loops with break"},
      {"struct", "a struct at namespace scope"},
      {"class", "a struct at namespace scope"},
      {"union", "reinterpret_cast"},
      {"asm", "inline assembly inside kernels only"},
      {"extern", "a declaration at namespace scope"},
      {"template", "a template at namespace scope"},
      {"namespace", "a full name"},
      {"catch", kStatements},
      {"enum", "an enum at namespace scope"},
      {"__shared__", "shared memory inside kernels only"}};
  return kWords;
}

}  // namespace

StmtPtr Parser::block() {
  const Scope scope(this);
  const Depth depth(this);
  const SourcePos pos = peek().pos;
  expect("{", "before a block");
  BlockStmt block;
  while (!peek().is("}")) {
    if (at_end()) fail_expected("'}' behind a block");
    block.body.push_back(statement());
  }
  take();
  return make_stmt(pos, std::move(block));
}

StmtPtr Parser::statement() {
  const Depth depth(this);
  const Angles angles(this, false);
  skip_attributes();
  const Token& token = peek();
  if (token.is("{")) return block();
  if (token.is(";")) return make_stmt(take().pos, BlockStmt{});
  if (token.is("if")) return if_statement();
  if (token.is("for")) return for_statement();
  if (token.is("while")) return while_statement();
  if (token.is("do")) return do_statement();
  if (token.is("switch")) return switch_statement();
  if (token.is("return") || token.is("break") || token.is("continue") || token.is("throw"))
    return jump_statement();
  if (token.is("using") || token.is("typedef")) return using_or_typedef();
  if (token.is("static_assert")) {
    const SourcePos pos = take().pos;
    skip_balanced("(", ")");
    expect(";", "behind static_assert");
    return make_stmt(pos, BlockStmt{});
  }
  const bool elaborated = (token.is("struct") || token.is("class") || token.is("enum")) &&
                          peek(1).is_identifier() &&
                          (peek(2).is_identifier() || peek(2).is("&") || peek(2).is("*"));
  if (elaborated) return declaration();
  const auto refused =
      token.is_identifier() ? refused_statements().find(token.text) : refused_statements().end();
  if (refused != refused_statements().end()) {
    fail(token, "'" + token.text + "' is not part of the host language here", refused->second);
  }
  if (token.is_identifier() && peek(1).is(":") && !peek(2).is(":")) {
    fail(token, "labels are not part of the host language", "loops with break");
  }
  if (declaration_follows()) return declaration();
  return expression_statement();
}

StmtPtr Parser::expression_statement() {
  const SourcePos pos = peek().pos;
  ExprPtr value = expression();
  end_of_expression_statement(*value);
  return make_stmt(pos, ExprStmt{std::move(value)});
}

// Torch's check macros are whole statements: people leave out the ';' behind them.
void Parser::end_of_expression_statement(const Expr& value) {
  const auto* call = std::get_if<CallExpr>(&value.node);
  const auto* callee = call ? std::get_if<NameExpr>(&call->callee->node) : nullptr;
  if (callee && !peek().is(";")) {
    if (is_check_macro(callee->name)) return;
    if (is_unknown_macro(callee->name, kind_of(callee->name))) {
      throw SyntaxError{{value.pos, callee->name + " is a macro that this file does not define",
                         "macros that are defined in the file itself"}};
    }
  }
  expect(";", "behind an expression");
}

// What stands in the parentheses of if, while and switch: a declaration becomes `init`.
void Parser::condition(StmtPtr* init, ExprPtr* value) {
  expect("(", "before a condition");
  if (declaration_follows()) {
    const SourcePos pos = peek().pos;
    DeclStmt declaration = declaration_list();
    const std::string name = declaration.declarators.back().names.front();
    *init = make_stmt(pos, std::move(declaration));
    *value = accept(";") ? expression() : make_expr(pos, NameExpr{name, {}});
  } else {
    *value = expression();
    if (peek().is(";")) {
      const SourcePos pos = take().pos;
      *init = make_stmt(pos, ExprStmt{std::move(*value)});
      *value = expression();
    }
  }
  expect(")", "behind a condition");
}

StmtPtr Parser::if_statement() {
  const Scope scope(this);
  const SourcePos pos = take().pos;
  IfStmt branch;
  branch.is_constexpr = accept("constexpr");
  condition(&branch.init, &branch.condition);
  branch.then = statement();
  if (accept("else")) branch.otherwise = statement();
  return make_stmt(pos, std::move(branch));
}

bool Parser::range_declaration_follows() {
  const size_t at = at_;
  const bool found = speculate([&] {
    const Scope scope(this);
    bool is_static = false, is_constexpr = false;
    TypeRef base = declaration_type(&is_static, &is_constexpr);
    Declarator variable;
    variable.type = base;
    pointer_operators(&variable.type);
    declarator_name(&variable);
    return peek().is(":");
  });
  at_ = at;
  return found;
}

StmtPtr Parser::for_statement() {
  const Scope scope(this);
  const SourcePos pos = take().pos;
  expect("(", "behind for");
  if (range_declaration_follows()) return range_for(pos);
  ForStmt loop;
  if (peek().is(";")) {
    take();
  } else if (declaration_follows()) {
    loop.init = declaration();
  } else {
    loop.init = expression_statement();
  }
  if (!peek().is(";")) loop.condition = expression();
  expect(";", "behind the condition of a for loop");
  if (!peek().is(")")) loop.step = expression();
  expect(")", "behind the head of a for loop");
  loop.body = statement();
  return make_stmt(pos, std::move(loop));
}

StmtPtr Parser::range_for(SourcePos pos) {
  RangeForStmt loop;
  bool is_static = false, is_constexpr = false;
  loop.variable.type = declaration_type(&is_static, &is_constexpr);
  pointer_operators(&loop.variable.type);
  declarator_name(&loop.variable);
  expect(":", "in a range for");
  loop.range = initialiser();
  expect(")", "behind the head of a for loop");
  loop.body = statement();
  return make_stmt(pos, std::move(loop));
}

StmtPtr Parser::while_statement() {
  const Scope scope(this);
  const SourcePos pos = take().pos;
  WhileStmt loop;
  StmtPtr init;
  condition(&init, &loop.condition);
  if (init)
    throw SyntaxError{
        {pos, "a while condition can't declare a variable", "a declaration before the loop"}};
  loop.body = statement();
  return make_stmt(pos, std::move(loop));
}

StmtPtr Parser::do_statement() {
  const SourcePos pos = take().pos;
  WhileStmt loop;
  loop.is_do = true;
  loop.body = statement();
  expect("while", "behind the body of do");
  StmtPtr init;
  condition(&init, &loop.condition);
  expect(";", "behind do … while");
  return make_stmt(pos, std::move(loop));
}

StmtPtr Parser::switch_statement() {
  const Scope scope(this);
  const SourcePos pos = take().pos;
  SwitchStmt choice;
  StmtPtr init;
  condition(&init, &choice.value);
  expect("{", "behind the value of a switch");
  while (!accept("}")) {
    if (!peek().is("case") && !peek().is("default"))
      fail_expected("'case', 'default' or '}' in a switch");
    choice.cases.push_back(switch_case());
  }
  StmtPtr result = make_stmt(pos, std::move(choice));
  if (!init) return result;
  BlockStmt block;
  block.body.push_back(std::move(init));
  block.body.push_back(std::move(result));
  return make_stmt(pos, std::move(block));
}

SwitchCase Parser::switch_case() {
  SwitchCase branch;
  branch.pos = peek().pos;
  while (peek().is("case") || peek().is("default")) {
    if (take().text == "default") {
      branch.is_default = true;
    } else {
      branch.labels.push_back(conditional());
    }
    expect(":", "behind a case label");
  }
  while (!peek().is("case") && !peek().is("default") && !peek().is("}")) {
    if (at_end()) fail_expected("'}' behind a switch");
    branch.body.push_back(statement());
  }
  return branch;
}

StmtPtr Parser::jump_statement() {
  const Token& word = take();
  const SourcePos pos = word.pos;
  StmtPtr result;
  if (word.text == "return") {
    ReturnStmt statement;
    if (!peek().is(";")) statement.value = peek().is("{") ? init_list({}) : expression();
    result = make_stmt(pos, std::move(statement));
  } else if (word.text == "throw") {
    ThrowStmt statement;
    if (!peek().is(";")) statement.value = expression();
    result = make_stmt(pos, std::move(statement));
  } else if (word.text == "break") {
    result = make_stmt(pos, BreakStmt{});
  } else {
    result = make_stmt(pos, ContinueStmt{});
  }
  expect(";", ("behind " + word.text).c_str());
  return result;
}

}  // namespace cudal1::program
