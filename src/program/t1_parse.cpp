#include <cctype>
#include <charconv>
#include <cmath>
#include <set>

#include "cudal1/core/error.h"
#include "program/t1_expression.h"

namespace cudal1::program::t1 {
namespace {

constexpr int kMaxDepth = 200;  // a hostile file must not overflow the stack

ExpressionPtr make(Op op, size_t offset, std::vector<ExpressionPtr> args = {}) {
  auto node = std::make_shared<Expression>();
  node->op = op;
  node->offset = offset;
  node->args = std::move(args);
  return node;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ExpressionPtr whole() {
    auto result = conditional();
    skip_space();
    if (at_ != text_.size()) fail("unexpected '" + std::string(1, text_[at_]) + "'");
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& what) { fail_at(text_, at_, what); }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  bool take(std::string_view symbol) {
    skip_space();
    if (text_.substr(at_, symbol.size()) != symbol) return false;
    at_ += symbol.size();
    return true;
  }

  void expect(std::string_view symbol) {
    if (!take(symbol)) fail("expected '" + std::string(symbol) + "'");
  }

  bool word_at(std::string_view word) {
    skip_space();
    if (text_.substr(at_, word.size()) != word) return false;
    const size_t end = at_ + word.size();
    return end >= text_.size() ||
           !(std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '_');
  }

  bool take_word(std::string_view word) {
    if (!word_at(word)) return false;
    at_ += word.size();
    return true;
  }

  ExpressionPtr conditional() {
    if (++depth_ > kMaxDepth) fail("the expression nests too deep");
    auto value = disjunction();
    if (take_word("if")) {
      auto condition = disjunction();
      if (!take_word("else")) fail("expected 'else'");
      auto otherwise = conditional();
      const size_t offset = value->offset;
      value = make(Op::kConditional, offset, {condition, value, otherwise});
    }
    --depth_;
    return value;
  }

  ExpressionPtr disjunction() {
    auto left = conjunction();
    while (take_word("or") || take("||")) left = make(Op::kOr, left->offset, {left, conjunction()});
    return left;
  }

  ExpressionPtr conjunction() {
    auto left = negation();
    while (take_word("and") || take("&&")) left = make(Op::kAnd, left->offset, {left, negation()});
    return left;
  }

  ExpressionPtr negation() {
    skip_space();
    const size_t offset = at_;
    if (!take_word("not")) return comparison();
    if (++depth_ > kMaxDepth) fail("the expression nests too deep");
    auto node = make(Op::kNot, offset, {negation()});
    --depth_;
    return node;
  }

  bool take_comparison(Op& op) {
    static constexpr std::pair<std::string_view, Op> kComparisons[] = {
        {"<=", Op::kLessEqual}, {">=", Op::kGreaterEqual}, {"==", Op::kEqual},
        {"!=", Op::kNotEqual},  {"<", Op::kLess},          {">", Op::kGreater}};
    for (const auto& [symbol, candidate] : kComparisons) {
      if (take(symbol)) return op = candidate, true;
    }
    if (take_word("in")) return op = Op::kIn, true;
    return false;
  }

  ExpressionPtr comparison() {
    auto left = sum();
    ExpressionPtr chain;
    Op op;
    while (take_comparison(op)) {
      auto right = sum();
      auto pair = make(op, left->offset, {left, right});
      chain = chain ? make(Op::kAnd, chain->offset, {chain, pair}) : pair;
      left = right;
    }
    return chain ? chain : left;
  }

  ExpressionPtr sum() {
    auto left = product();
    for (;;) {
      if (take("+")) {
        left = make(Op::kAdd, left->offset, {left, product()});
      } else if (take("-")) {
        left = make(Op::kSub, left->offset, {left, product()});
      } else {
        return left;
      }
    }
  }

  ExpressionPtr product() {
    auto left = unary();
    for (;;) {
      skip_space();
      if (text_.substr(at_, 2) == "**") return left;
      if (take("//")) {
        left = make(Op::kFloorDiv, left->offset, {left, unary()});
      } else if (take("/")) {
        left = make(Op::kDiv, left->offset, {left, unary()});
      } else if (take("*")) {
        left = make(Op::kMul, left->offset, {left, unary()});
      } else if (take("%")) {
        left = make(Op::kRem, left->offset, {left, unary()});
      } else {
        return left;
      }
    }
  }

  ExpressionPtr unary() {
    skip_space();
    const size_t offset = at_;
    if (take("-") || take("+")) {
      if (++depth_ > kMaxDepth) fail("the expression nests too deep");
      const bool negative = text_[offset] == '-';
      auto operand = unary();
      --depth_;
      return negative ? make(Op::kNegate, offset, {operand}) : operand;
    }
    auto base = postfix();
    if (take("**")) return make(Op::kPow, base->offset, {base, unary()});  // binds to the right
    return base;
  }

  ExpressionPtr postfix() {
    auto value = primary();
    while (take("[")) {
      auto index = conditional();
      expect("]");
      value = make(Op::kIndex, value->offset, {value, index});
    }
    return value;
  }

  ExpressionPtr primary() {
    skip_space();
    if (at_ >= text_.size()) fail("the expression ends too early");
    const char c = text_[at_];
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return number();
    if (c == '"' || c == '\'') return string();
    if (std::isalpha(static_cast<unsigned char>(c)) || c == '_') return name_or_call();
    if (take("(")) return parenthesised();
    if (take("[")) return list();
    fail("unexpected '" + std::string(1, c) + "'");
  }

  ExpressionPtr number() {
    const size_t offset = at_;
    double value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) fail("not a number");
    at_ = end - text_.data();
    auto node = make(Op::kNumber, offset);
    node->number = value;
    return node;
  }

  ExpressionPtr string() {
    const size_t offset = at_;
    const char quote = text_[at_++];
    const size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) fail_at(text_, offset, "the string has no end");
    auto node = make(Op::kString, offset);
    node->text = text_.substr(at_, end - at_);
    at_ = end + 1;
    return node;
  }

  std::string identifier() {
    skip_space();
    const size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) {
      ++at_;
    }
    if (begin == at_) fail("expected a name");
    return std::string(text_.substr(begin, at_ - begin));
  }

  ExpressionPtr name_or_call() {
    const size_t offset = at_;
    std::string name = identifier();
    if (name == "math" && take(".")) name = identifier();
    auto node = make(Op::kName, offset);
    node->text = name;
    if (name == "True" || name == "true" || name == "False" || name == "false") {
      node->op = Op::kNumber;
      node->number = name == "True" || name == "true";
      return node;
    }
    if (!take("(")) return node;
    node->op = Op::kCall;
    if (take(")")) return node;
    do {
      node->args.push_back(conditional());
    } while (take(","));
    expect(")");
    return node;
  }

  ExpressionPtr parenthesised() {
    auto first = conditional();
    if (!take(",")) return expect(")"), first;
    auto node = make(Op::kList, first->offset, {first});
    while (!take(")")) {
      node->args.push_back(conditional());
      if (!take(",")) {
        expect(")");
        break;
      }
    }
    return node;
  }

  ExpressionPtr list() {
    auto node = make(Op::kList, at_ - 1);
    if (take("]")) return node;
    node->args.push_back(conditional());
    if (take_word("for")) return comprehension(node);
    while (!take("]")) {
      expect(",");
      if (take("]")) break;
      node->args.push_back(conditional());
    }
    return node;
  }

  ExpressionPtr comprehension(ExpressionPtr node) {
    node->op = Op::kComprehension;
    node->text = identifier();
    if (!take_word("in")) fail("expected 'in'");
    node->args.push_back(disjunction());
    if (take_word("if")) node->args.push_back(disjunction());
    expect("]");
    return node;
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

void collect_names(const Expression& expression, std::set<std::string>& bound,
                   std::vector<std::string>& names) {
  if (expression.op == Op::kName && !bound.contains(expression.text))
    names.push_back(expression.text);
  const bool binds = expression.op == Op::kComprehension && bound.insert(expression.text).second;
  for (const auto& arg : expression.args) collect_names(*arg, bound, names);
  if (binds) bound.erase(expression.text);
}

}  // namespace

void fail_at(std::string_view text, size_t offset, const std::string& what) {
  throw DataError("expression \"" + std::string(text) + "\", column " + std::to_string(offset + 1) +
                      ": " + what,
                  "T1 expressions take Python's + - * / // % **, comparisons, and, or, not, a if c "
                  "else b, min, max, "
                  "lists and range");
}

ExpressionPtr parse_expression(std::string_view text) { return Parser(text).whole(); }

std::vector<std::string> free_names(const Expression& expression) {
  std::set<std::string> bound;
  std::vector<std::string> names;
  collect_names(expression, bound, names);
  return names;
}

}  // namespace cudal1::program::t1
