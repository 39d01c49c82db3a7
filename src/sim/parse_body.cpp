#include "parse_body.h"

#include <string>
#include <utility>

#include "parse_location.h"
#include "parse_operand.h"
#include "parse_variable.h"
#include "register_scopes.h"

namespace cudal1::sim {
namespace {

// "ld.global.f32" → opcode "ld", modifiers "global" and "f32".
void split(std::string_view word, Statement& statement) {
  statement.text = word;
  size_t begin = 0;
  for (size_t dot = word.find('.'); begin != std::string_view::npos; dot = word.find('.', begin)) {
    const std::string_view part = word.substr(begin, dot - begin);
    if (begin == 0)
      statement.opcode = part;
    else
      statement.modifiers.push_back(part);
    if (dot == std::string_view::npos) break;
    begin = dot + 1;
  }
}

class BodyParser {
 public:
  BodyParser(Lexer& lex, ParsedFunction& function)
      : lex_(lex), function_(function), scopes_(function), location_(lex), operand_(lex, scopes_) {}

  void parse() {
    scopes_.open();
    lex_.expect("{");
    while (!lex_.peek().is("}") || scopes_.depth() > 1) parse_item();
    lex_.expect("}");
  }

 private:
  void parse_item() {
    const Token& token = lex_.peek();
    if (token.kind == TokenKind::kEnd)
      throw SyntaxError(token.line,
                        "the body of " + std::string(function_.name) + " is never closed");
    if (lex_.accept("{")) return scopes_.open();
    if (lex_.accept("}")) return scopes_.close();
    if (lex_.accept(";")) return;
    if (token.is("@")) return parse_statement();
    if (token.kind != TokenKind::kWord)
      throw SyntaxError(token.line,
                        "expected an instruction but found '" + std::string(token.text) + "'");
    if (token.text[0] == '.' && token.text.size() > 1) return parse_directive();
    parse_statement();
  }

  void parse_directive() {
    const Token word = lex_.take();
    if (word.is(".reg")) return parse_registers();
    if (word.is(".loc")) return location_.parse();
    if (word.is(".pragma")) {
      lex_.take();
      return void(lex_.expect(";"));
    }
    if (const auto space = space_named(word.text)) return parse_local(*space);
    if (word.is(".section")) {
      lex_.take();
      return lex_.skip_braces();
    }
    throw SyntaxError(word.line, "unknown directive " + std::string(word.text));
  }

  void parse_registers() {
    int vector = 1;
    if (lex_.accept(".v2"))
      vector = 2;
    else if (lex_.accept(".v4"))
      vector = 4;
    const Token word = lex_.take();
    const auto type = word.text.empty() ? std::nullopt : type_named(word.text.substr(1));
    if (!type) throw SyntaxError(word.line, "unknown register type " + std::string(word.text));
    do {
      const std::string_view name = lex_.expect_word();
      if (lex_.accept("<"))
        scopes_.add_numbered(name, *type, parse_register_count(word.line));
      else if (vector > 1)
        for (int i = 0; i < vector; ++i) scopes_.add(std::string(name) + "." + "xyzw"[i], *type);
      else
        scopes_.add(std::string(name), *type);
    } while (lex_.accept(","));
    lex_.expect(";");
  }

  int64_t parse_register_count(int line) {
    const int64_t count = lex_.expect_integer();
    if (count < 0 || count > 4'000'000 - int64_t(function_.registers.size()))
      throw SyntaxError(line, "unreasonable register count");
    lex_.expect(">");
    return count;
  }

  void parse_local(Space space) {
    do {
      VariableParser parser(lex_);
      function_.locals.push_back(parser.parse(space));
      function_.locals.back().scope = scopes_.current();
    } while (lex_.accept(","));
    lex_.expect(";");
  }

  void parse_statement() {
    Statement statement;
    statement.line = lex_.peek().line;
    statement.scope = scopes_.current();
    statement.source = location_.current();
    if (lex_.accept("@")) parse_guard(statement);
    const std::string_view word = lex_.expect_word();
    if (lex_.accept(":")) return parse_label(word, statement.line);
    split(word, statement);
    while (!lex_.peek().is(";")) {
      statement.operands.push_back(operand_.parse());
      if (!lex_.accept(",")) break;
    }
    if (!lex_.peek().is(";"))
      throw SyntaxError(lex_.peek().line, "expected ';' after " + std::string(statement.text) +
                                              " but found '" + std::string(lex_.peek().text) + "'");
    lex_.take();
    function_.body.push_back(std::move(statement));
  }

  void parse_guard(Statement& statement) {
    statement.guard_negated = lex_.accept("!");
    const std::string_view name = lex_.expect_word();
    statement.guard = scopes_.find(name);
    if (statement.guard < 0)
      throw SyntaxError(statement.line, "unknown predicate " + std::string(name));
  }

  void parse_label(std::string_view name, int line) {
    if (lex_.accept(".branchtargets") || lex_.accept(".calltargets")) {
      auto& targets = function_.branch_targets[name];
      do targets.push_back(lex_.expect_word());
      while (lex_.accept(","));
      lex_.expect(";");
      return;
    }
    if (lex_.accept(".callprototype")) {
      while (!lex_.accept(";"))
        if (lex_.take().kind == TokenKind::kEnd)
          throw SyntaxError(line, "a .callprototype is never closed");
      return;
    }
    auto& labels = function_.labels[scopes_.current()];
    if (!labels.emplace(name, uint32_t(function_.body.size())).second)
      throw SyntaxError(line, "label " + std::string(name) + " is defined twice");
  }

  Lexer& lex_;
  ParsedFunction& function_;
  RegisterScopes scopes_;
  LocationParser location_;
  OperandParser operand_;
};

}  // namespace

void parse_body(Lexer& lex, ParsedFunction& function) { BodyParser(lex, function).parse(); }

}  // namespace cudal1::sim
