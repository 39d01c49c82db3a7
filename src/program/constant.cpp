#include "program/constant.h"

#include <cstdint>

#include "program/expand.h"
#include "program/literal.h"

namespace cudal1::program {
namespace {

// defined X, defined(X) and __has_include(…) become numbers before macros expand.
Tokens resolve_queries(const MacroTable& macros, const Tokens& tokens) {
  Tokens out;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string& word = tokens[i].text;
    const bool query =
        tokens[i].is_identifier() &&
        (word == "defined" || word == "__has_include" || word == "__has_cpp_attribute" ||
         word == "__has_attribute" || word == "__has_builtin");
    if (!query) {
      out.push_back(tokens[i]);
      continue;
    }
    Token number = tokens[i];
    number.kind = TokenKind::kNumber;
    number.text = "0";
    const bool parenthesised = i + 1 < tokens.size() && tokens[i + 1].is("(");
    const size_t name = i + (parenthesised ? 2 : 1);
    if (name < tokens.size() && word == "defined" && macros.defined(tokens[name].text))
      number.text = "1";
    i = name;
    while (parenthesised && i < tokens.size() && !tokens[i].is(")")) ++i;
    out.push_back(std::move(number));
  }
  return out;
}

class Condition {
 public:
  Condition(Tokens tokens, SourcePos where) : tokens_(std::move(tokens)), where_(where) {}

  int64_t run() {
    const int64_t value = ternary();
    if (at_ != tokens_.size()) fail("'" + tokens_[at_].text + "' is not expected here");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw SyntaxError{{where_, "this condition can't be evaluated: " + message,
                       "integers, defined(NAME), and the operators of C"}};
  }
  bool accept(const char* op) {
    if (at_ < tokens_.size() && tokens_[at_].is(op)) return ++at_, true;
    return false;
  }
  bool peek_op(const std::string& op, size_t* width) const {
    if (at_ >= tokens_.size()) return false;
    *width = 1;
    if (op == ">>") {
      *width = 2;
      return tokens_[at_].is(">") && at_ + 1 < tokens_.size() && tokens_[at_ + 1].is(">");
    }
    return tokens_[at_].kind == TokenKind::kPunct && tokens_[at_].text == op;
  }

  int64_t ternary() {
    const int64_t condition = binary(0);
    if (!accept("?")) return condition;
    const int64_t then = ternary();
    if (!accept(":")) fail("':' is missing");
    const int64_t otherwise = ternary();
    return condition ? then : otherwise;
  }

  int64_t binary(size_t level) {
    static const std::vector<std::vector<std::string>> kLevels = {{"||"},
                                                                  {"&&"},
                                                                  {"|"},
                                                                  {"^"},
                                                                  {"&"},
                                                                  {"==", "!="},
                                                                  {"<=", ">=", "<", ">"},
                                                                  {"<<", ">>"},
                                                                  {"+", "-"},
                                                                  {"*", "/", "%"}};
    if (level == kLevels.size()) return unary();
    int64_t left = binary(level + 1);
    for (bool again = true; again;) {
      again = false;
      for (const std::string& op : kLevels[level]) {
        size_t width = 0, shift = 0;
        if (!peek_op(op, &width) || (op == ">" && peek_op(">>", &shift))) continue;
        at_ += width;
        left = apply(op, left, binary(level + 1));
        again = true;
        break;
      }
    }
    return left;
  }

  int64_t apply(const std::string& op, int64_t a, int64_t b) const {
    const auto wrap = [](uint64_t value) { return static_cast<int64_t>(value); };
    const auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
    if (op == "||") return a || b;
    if (op == "&&") return a && b;
    if (op == "|") return a | b;
    if (op == "^") return a ^ b;
    if (op == "&") return a & b;
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "<=") return a <= b;
    if (op == ">=") return a >= b;
    if (op == "<") return a < b;
    if (op == ">") return a > b;
    if (op == "<<") return b < 0 || b > 63 ? 0 : wrap(ua << ub);
    if (op == ">>") return b < 0 || b > 63 ? 0 : a >> b;
    if (op == "+") return wrap(ua + ub);
    if (op == "-") return wrap(ua - ub);
    if (op == "*") return wrap(ua * ub);
    if (b == 0) fail("division by zero");
    if (b == -1) return op == "/" ? wrap(0 - ua) : 0;
    return op == "/" ? a / b : a % b;
  }

  int64_t unary() {
    if (++depth_ > 200) fail("it is nested too deeply");
    int64_t value = 0;
    if (accept("!")) {
      value = !unary();
    } else if (accept("-")) {
      value = static_cast<int64_t>(0 - static_cast<uint64_t>(unary()));
    } else if (accept("+")) {
      value = unary();
    } else if (accept("~")) {
      value = ~unary();
    } else {
      value = primary();
    }
    --depth_;
    return value;
  }

  int64_t primary() {
    if (at_ >= tokens_.size()) fail("an operand is missing");
    if (accept("(")) {
      const int64_t value = ternary();
      if (!accept(")")) fail("')' is missing");
      return value;
    }
    const Token& token = tokens_[at_++];
    if (token.kind == TokenKind::kIdentifier) return unknown_name(token);
    if (token.kind == TokenKind::kNumber) {
      const auto literal = parse_number(token.text);
      if (literal && std::holds_alternative<IntLiteral>(*literal))
        return std::get<IntLiteral>(*literal).value;
    }
    if (token.kind == TokenKind::kChar) {
      if (const auto value = parse_character(token.text)) return *value;
    }
    fail("'" + token.text + "' is no integer");
  }

  // A name that no macro defines is 0; so is a call of one.
  int64_t unknown_name(const Token& token) {
    if (token.text == "true") return 1;
    if (accept("(")) {
      for (size_t depth = 1; depth > 0 && at_ < tokens_.size(); ++at_) {
        if (tokens_[at_].is("(")) ++depth;
        if (tokens_[at_].is(")")) --depth;
      }
    }
    return 0;
  }

  Tokens tokens_;
  SourcePos where_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

bool evaluate_condition(const MacroTable& macros, const Tokens& tokens, SourcePos where) {
  if (tokens.empty()) throw SyntaxError{{where, "#if needs a condition", "#if EXPRESSION"}};
  return Condition(expand(macros, resolve_queries(macros, tokens)), where).run() != 0;
}

}  // namespace cudal1::program
