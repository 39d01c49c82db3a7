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

const char* comparison_symbol(Op op) {
  switch (op) {
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

// Sizes are whole and not negative, so that C++'s integer division and remainder are Python's //
// and %.
class CppLowering {
 public:
  CppLowering(const Variables& constants, std::string_view text)
      : constants_(constants), text_(text) {}

  std::string run(const Expression& e) {
    if (const auto number = fold(e, constants_, text_)) return literal(*number);
    switch (e.op) {
      case Op::kName:
        return e.text;
      case Op::kNegate:
        return "(-" + arg(e, 0) + ")";
      case Op::kNot:
        return "(!" + arg(e, 0) + ")";
      case Op::kAnd:
        return join(e, " && ");
      case Op::kOr:
        return join(e, " || ");
      case Op::kAdd:
        return join(e, " + ");
      case Op::kSub:
        return join(e, " - ");
      case Op::kMul:
        return join(e, " * ");
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
      case Op::kCall:
        return call(e);
      default:
        break;
    }
    if (const char* symbol = comparison_symbol(e.op)) return join(e, symbol);
    fail_at(text_, e.offset,
            "this cannot be used in a launch: it needs values that only a run knows");
  }

 private:
  static std::string literal(double number) {
    const std::string text = format_number(number);
    return number < 0 ? "(" + text + ")" : text;
  }
  std::string arg(const Expression& e, size_t at) { return run(*e.args[at]); }
  std::string join(const Expression& e, const char* symbol) {
    return "(" + arg(e, 0) + symbol + arg(e, 1) + ")";
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
    fail_at(text_, e.offset, "the function '" + e.text + "' cannot be used in a launch");
  }

  const Variables& constants_;
  std::string_view text_;
};

class TensorLowering {
 public:
  TensorLowering(const Variables& constants, std::string index, std::string_view text)
      : constants_(constants), index_(std::move(index)), text_(text) {}

  std::string run(const Expression& e) {
    if (const auto number = fold(e, constants_, text_)) return double_literal(*number);
    switch (e.op) {
      case Op::kName:
        if (e.text == "i") return index_;
        fail_at(text_, e.offset, "'" + e.text + "' has no value");
      case Op::kNegate:
        return "(-" + arg(e, 0) + ")";
      case Op::kNot:
        return "torch::logical_not(" + arg(e, 0) + ")";
      case Op::kAnd:
        return binary(e, "logical_and");
      case Op::kOr:
        return binary(e, "logical_or");
      case Op::kAdd:
        return join(e, " + ");
      case Op::kSub:
        return join(e, " - ");
      case Op::kMul:
        return join(e, " * ");
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
      case Op::kCall:
        return call(e);
      default:
        break;
    }
    if (const char* symbol = comparison_symbol(e.op)) return join(e, symbol);
    fail_at(text_, e.offset, "a generator cannot use this");
  }

 private:
  static std::string double_literal(double number) {
    std::string text = format_number(number);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return number < 0 ? "(" + text + ")" : text;
  }
  std::string arg(const Expression& e, size_t at) { return run(*e.args[at]); }
  std::string join(const Expression& e, const char* symbol) {
    return "(" + arg(e, 0) + symbol + arg(e, 1) + ")";
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
    fail_at(text_, e.offset, "a generator cannot use the function '" + e.text + "'");
  }

  std::string extremum(const Expression& e) {
    const auto left = fold(*e.args[0], constants_, text_),
               right = fold(*e.args[1], constants_, text_);
    if (!left && !right) return binary(e, e.text == "min" ? "minimum" : "maximum");
    const std::string clamp = e.text == "min" ? "torch::clamp_max(" : "torch::clamp_min(";
    return clamp + arg(e, left ? 1 : 0) + ", " + double_literal(left ? *left : *right) + ")";
  }

  const Variables& constants_;
  std::string index_;
  std::string_view text_;
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
