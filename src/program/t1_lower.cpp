#include <algorithm>
#include <cmath>
#include <optional>

#include "program/t1_expression.h"

namespace cudal1::program::t1 {
namespace {

std::optional<double> fold(const Expression& e, const Variables& constants, std::string_view text) {
  for (const std::string& name : free_names(e)) {
    if (!constants.contains(name)) return std::nullopt;
  }
  return as_number(evaluate(e, constants, text), text);
}

// Operators that C++ spells alike for numbers and for tensors; null for the others.
const char* shared_symbol(Op op) {
  switch (op) {
    case Op::kAdd:
      return " + ";
    case Op::kSub:
      return " - ";
    case Op::kMul:
      return " * ";
    case Op::kLess:
      return " < ";
    case Op::kLessEqual:
      return " <= ";
    case Op::kGreater:
      return " > ";
    case Op::kGreaterEqual:
      return " >= ";
    case Op::kEqual:
      return " == ";
    case Op::kNotEqual:
      return " != ";
    default:
      return nullptr;
  }
}

std::string in_parentheses_if_negative(double number, const std::string& text) {
  return number < 0 ? "(" + text + ")" : text;
}

// What both lowerings have in common. Target says what its own are: literal, call, other.
template <typename Target>
class Lowering {
 public:
  std::string run(const Expression& e) {
    if (const auto number = folded(e)) return Target::literal(*number);
    if (const char* symbol = shared_symbol(e.op)) return join(e, symbol);
    if (e.op == Op::kNegate) return "(-" + arg(e, 0) + ")";
    Target& target = static_cast<Target&>(*this);
    return e.op == Op::kCall ? target.call(e) : target.other(e);
  }

 protected:
  Lowering(const Variables& constants, std::string_view text)
      : constants_(constants), text_(text) {}

  std::optional<double> folded(const Expression& e) const { return fold(e, constants_, text_); }
  std::string arg(const Expression& e, size_t at) { return run(*e.args[at]); }
  std::string join(const Expression& e, const char* symbol) {
    return "(" + arg(e, 0) + symbol + arg(e, 1) + ")";
  }
  [[noreturn]] void fail(const Expression& e, const std::string& message) const {
    fail_at(text_, e.offset, message);
  }

 private:
  const Variables& constants_;
  std::string_view text_;
};

// Sizes are whole and not negative, so that C++'s integer division and remainder are Python's //
// and %.
class CppLowering : public Lowering<CppLowering> {
 public:
  CppLowering(const Variables& constants, std::string_view text) : Lowering(constants, text) {}

 private:
  friend class Lowering<CppLowering>;

  static std::string literal(double number) {
    return in_parentheses_if_negative(number, format_number(number));
  }

  std::string other(const Expression& e) {
    switch (e.op) {
      case Op::kName:
        return e.text;
      case Op::kNot:
        return "(!" + arg(e, 0) + ")";
      case Op::kAnd:
        return join(e, " && ");
      case Op::kOr:
        return join(e, " || ");
      case Op::kFloorDiv:
        if (has_true_division(e))
          return "std::floor(double(" + arg(e, 0) + ") / (" + arg(e, 1) + "))";
        return join(e, " / ");
      case Op::kDiv:
        return "(double(" + arg(e, 0) + ") / " + arg(e, 1) + ")";
      case Op::kRem:
        return join(e, " % ");
      case Op::kPow:
        return "std::pow(double(" + arg(e, 0) + "), double(" + arg(e, 1) + "))";
      case Op::kConditional:
        return "(" + arg(e, 0) + " ? " + arg(e, 1) + " : " + arg(e, 2) + ")";
      default:
        fail(e, "this cannot be used in a launch: it needs values that only a run knows");
    }
  }

  std::string call(const Expression& e) {
    if ((e.text == "min" || e.text == "max") && e.args.size() >= 2) {
      const std::string head =
          "std::" + e.text + (has_true_division(e) ? "<double>(" : "<int64_t>(");
      std::string result = arg(e, 0);
      for (size_t at = 1; at < e.args.size(); ++at)
        result = head + result + ", " + arg(e, at) + ")";
      return result;
    }
    if (e.args.size() == 1) {
      if (e.text == "min" || e.text == "max")
        return arg(e, 0);  // of a parameter: the value in force
      if (e.text == "ceil" || e.text == "floor")
        return "int64_t(std::" + e.text + "(double(" + arg(e, 0) + ")))";
      if (e.text == "int") return "int64_t(" + arg(e, 0) + ")";
      if (e.text == "float") return "double(" + arg(e, 0) + ")";
      if (e.text == "sqrt" || e.text == "log2")
        return "std::" + e.text + "(double(" + arg(e, 0) + "))";
    }
    fail(e, "the function '" + e.text + "' cannot be used in a launch");
  }
};

class TensorLowering : public Lowering<TensorLowering> {
 public:
  TensorLowering(const Variables& constants, std::string index, std::string_view text)
      : Lowering(constants, text), index_(std::move(index)) {}

 private:
  friend class Lowering<TensorLowering>;

  static std::string literal(double number) {
    std::string text = format_number(number);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return in_parentheses_if_negative(number, text);
  }

  std::string other(const Expression& e) {
    switch (e.op) {
      case Op::kName:
        if (e.text == "i") return index_;
        fail(e, "'" + e.text + "' has no value");
      case Op::kNot:
        return "torch::logical_not(" + arg(e, 0) + ")";
      case Op::kAnd:
        return binary(e, "logical_and");
      case Op::kOr:
        return binary(e, "logical_or");
      case Op::kDiv:
        return join(e, " / ");
      case Op::kFloorDiv:
        return "torch::floor(" + join(e, " / ") + ")";
      case Op::kRem:
        return binary(e, "remainder");
      case Op::kPow:
        return binary(e, "pow");
      case Op::kConditional:
        return "torch::where(" + arg(e, 0) + ", " + arg(e, 1) + ", " + arg(e, 2) + ")";
      default:
        fail(e, "a generator cannot use this");
    }
  }

  std::string binary(const Expression& e, const char* name) {
    return std::string("torch::") + name + "(" + arg(e, 0) + ", " + arg(e, 1) + ")";
  }

  std::string call(const Expression& e) {
    static constexpr const char* kUnary[] = {"sin",  "cos", "sqrt",  "exp",  "log",
                                             "log2", "abs", "floor", "ceil", "round"};
    const bool unary = std::find(std::begin(kUnary), std::end(kUnary), e.text) != std::end(kUnary);
    if (unary && e.args.size() == 1) return "torch::" + e.text + "(" + arg(e, 0) + ")";
    if (e.text == "int" && e.args.size() == 1) return "torch::trunc(" + arg(e, 0) + ")";
    if (e.text == "float" && e.args.size() == 1) return arg(e, 0);
    if ((e.text == "min" || e.text == "max") && e.args.size() == 2) return extremum(e);
    fail(e, "a generator cannot use the function '" + e.text + "'");
  }

  std::string extremum(const Expression& e) {
    const auto left = folded(*e.args[0]), right = folded(*e.args[1]);
    if (!left && !right) return binary(e, e.text == "min" ? "minimum" : "maximum");
    const std::string clamp = e.text == "min" ? "torch::clamp_max(" : "torch::clamp_min(";
    return clamp + arg(e, left ? 1 : 0) + ", " + literal(left ? *left : *right) + ")";
  }

  std::string index_;
};

}  // namespace

bool has_true_division(const Expression& expression) {
  if (expression.op == Op::kDiv || expression.op == Op::kPow) return true;
  if (expression.op == Op::kCall &&
      (expression.text == "ceil" || expression.text == "floor" || expression.text == "int")) {
    return false;  // whole again
  }
  return std::any_of(expression.args.begin(), expression.args.end(),
                     [](const ExpressionPtr& arg) { return has_true_division(*arg); });
}

std::string lower_to_cpp(const Expression& expression, const Variables& constants,
                         std::string_view text) {
  return CppLowering(constants, text).run(expression);
}

std::string lower_to_tensor(const Expression& expression, const Variables& constants,
                            const std::string& index, std::string_view text) {
  return TensorLowering(constants, index, text).run(expression);
}

}  // namespace cudal1::program::t1
