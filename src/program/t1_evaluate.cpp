#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>

#include "cudal1/core/error.h"
#include "cudal1/program/t1.h"
#include "program/t1_expression.h"

namespace cudal1::program {
namespace t1 {
namespace {

constexpr size_t kMaxElements = 1 << 20;  // of one list

bool truth(const Value& value) {
  if (const auto* number = std::get_if<double>(&value.data)) return *number != 0;
  if (const auto* text = std::get_if<std::string>(&value.data)) return !text->empty();
  return !std::get<List>(value.data).empty();
}

class Evaluator {
 public:
  Evaluator(const Variables& variables, std::string_view text)
      : variables_(variables), text_(text) {}

  Value run(const Expression& e) {
    switch (e.op) {
      case Op::kNumber:
        return {e.number};
      case Op::kString:
        return {e.text};
      case Op::kName:
        return name(e);
      case Op::kList:
        return list(e);
      case Op::kCall:
        return call(e);
      case Op::kIndex:
        return index(e);
      case Op::kComprehension:
        return comprehension(e);
      case Op::kConditional:
        return run(truth(run(*e.args[0])) ? *e.args[1] : *e.args[2]);
      case Op::kNegate:
        return {-number(*e.args[0])};
      case Op::kNot:
        return {truth(run(*e.args[0])) ? 0.0 : 1.0};
      case Op::kAnd: {
        Value left = run(*e.args[0]);
        return truth(left) ? run(*e.args[1]) : left;
      }
      case Op::kOr: {
        Value left = run(*e.args[0]);
        return truth(left) ? left : run(*e.args[1]);
      }
      default:
        return binary(e);
    }
  }

 private:
  [[noreturn]] void fail(const Expression& e, const std::string& what) {
    fail_at(text_, e.offset, what);
  }

  double number(const Expression& e) {
    const Value value = run(e);
    if (const auto* plain = std::get_if<double>(&value.data)) return *plain;
    if (const auto* list = std::get_if<List>(&value.data)) {
      if (list->size() == 1 && std::holds_alternative<double>(list->front().data)) {
        return std::get<double>(list->front().data);
      }
      if (e.op == Op::kName) {
        fail(e, "'" + e.text + "' has " + std::to_string(list->size()) +
                    " values; name one, as in max(" + e.text + ")");
      }
    }
    fail(e, "a number is needed here");
  }

  Value name(const Expression& e) {
    for (auto it = bound_.rbegin(); it != bound_.rend(); ++it) {
      if (it->first == e.text) return it->second;
    }
    const auto found = variables_.find(e.text);
    if (found == variables_.end()) fail(e, "'" + e.text + "' has no value");
    return found->second;
  }

  Value list(const Expression& e) {
    List result;
    for (const auto& arg : e.args) result.push_back(run(*arg));
    return Value{std::move(result)};
  }

  Value comprehension(const Expression& e) {
    const Value iterable = run(*e.args[1]);
    const auto* items = std::get_if<List>(&iterable.data);
    if (!items) fail(*e.args[1], "a list is needed here");
    List result;
    for (const Value& item : *items) {
      bound_.emplace_back(e.text, item);
      if (e.args.size() < 3 || truth(run(*e.args[2]))) result.push_back(run(*e.args[0]));
      bound_.pop_back();
    }
    return Value{std::move(result)};
  }

  Value index(const Expression& e) {
    const Value object = run(*e.args[0]);
    const auto* items = std::get_if<List>(&object.data);
    if (!items) fail(e, "only a list can be indexed");
    double at = number(*e.args[1]);
    if (at < 0) at += items->size();
    if (!(at >= 0 && at < items->size())) fail(*e.args[1], "the index is outside the list");
    return (*items)[static_cast<size_t>(at)];
  }

  Value binary(const Expression& e) {
    if (e.op == Op::kIn) return contains(e);
    const Value left = run(*e.args[0]), right = run(*e.args[1]);
    if (e.op == Op::kAdd && std::holds_alternative<List>(left.data) &&
        std::holds_alternative<List>(right.data)) {
      List joined = std::get<List>(left.data);
      const List& tail = std::get<List>(right.data);
      joined.insert(joined.end(), tail.begin(), tail.end());
      return Value{std::move(joined)};
    }
    if (std::holds_alternative<std::string>(left.data) &&
        std::holds_alternative<std::string>(right.data)) {
      const bool same = std::get<std::string>(left.data) == std::get<std::string>(right.data);
      if (e.op == Op::kEqual) return {same ? 1.0 : 0.0};
      if (e.op == Op::kNotEqual) return {same ? 0.0 : 1.0};
    }
    return {arithmetic(e, number(*e.args[0]), number(*e.args[1]))};
  }

  Value contains(const Expression& e) {
    const double needle = number(*e.args[0]);
    const Value right = run(*e.args[1]);
    const auto* items = std::get_if<List>(&right.data);
    if (!items) fail(*e.args[1], "a list is needed here");
    for (const Value& item : *items) {
      const auto* candidate = std::get_if<double>(&item.data);
      if (candidate && *candidate == needle) return {1.0};
    }
    return {0.0};
  }

  double arithmetic(const Expression& e, double a, double b) {
    const bool divides = e.op == Op::kDiv || e.op == Op::kFloorDiv || e.op == Op::kRem;
    if (divides && b == 0) fail(*e.args[1], "division by zero");
    switch (e.op) {
      case Op::kAdd:
        return a + b;
      case Op::kSub:
        return a - b;
      case Op::kMul:
        return a * b;
      case Op::kDiv:
        return a / b;
      case Op::kFloorDiv:
        return std::floor(a / b);
      case Op::kRem:
        return a - b * std::floor(a / b);  // Python's sign: that of the divisor
      case Op::kPow:
        return std::pow(a, b);
      case Op::kLess:
        return a < b;
      case Op::kLessEqual:
        return a <= b;
      case Op::kGreater:
        return a > b;
      case Op::kGreaterEqual:
        return a >= b;
      case Op::kEqual:
        return a == b;
      case Op::kNotEqual:
        return a != b;
      default:
        fail(e, "unknown operator");
    }
  }

  List numbers(const Expression& e) {  // f(a, b, c) or f([a, b, c])
    List result;
    for (const auto& arg : e.args) {
      Value value = run(*arg);
      if (auto* list = std::get_if<List>(&value.data)) {
        result.insert(result.end(), list->begin(), list->end());
      } else {
        result.push_back(std::move(value));
      }
    }
    if (result.empty()) fail(e, e.text + " of nothing");
    return result;
  }

  Value call(const Expression& e) {
    if (e.text == "range") return range(e);
    if (e.text == "min" || e.text == "max" || e.text == "sum") return reduce(e);
    if (e.args.size() == 1) {
      if (e.text == "list" || e.text == "tuple") return run(*e.args[0]);
      if (e.text == "len") {
        const Value value = run(*e.args[0]);
        if (const auto* list = std::get_if<List>(&value.data)) return {double(list->size())};
        fail(*e.args[0], "a list is needed here");
      }
      if (const auto function = unary_function(e.text)) return {function(number(*e.args[0]))};
    }
    if (e.text == "pow" && e.args.size() == 2)
      return {std::pow(number(*e.args[0]), number(*e.args[1]))};
    fail(e, "unknown function '" + e.text + "' of " + std::to_string(e.args.size()) + " arguments");
  }

  static double (*unary_function(const std::string& name))(double) {
    using Function = double (*)(double);
    static const std::map<std::string, Function, std::less<>> kFunctions = {
        {"ceil", std::ceil},
        {"floor", std::floor},
        {"int", std::trunc},
        {"abs", std::fabs},
        {"sqrt", std::sqrt},
        {"log2", std::log2},
        {"log", std::log},
        {"exp", std::exp},
        {"sin", std::sin},
        {"cos", std::cos},
        {"round", std::nearbyint},
        {"float", [](double x) { return x; }},
        {"bool", [](double x) { return x != 0 ? 1.0 : 0.0; }}};
    const auto found = kFunctions.find(name);
    return found == kFunctions.end() ? nullptr : found->second;
  }

  Value reduce(const Expression& e) {
    double result = 0;
    bool first = true;
    for (const Value& value : numbers(e)) {
      const auto* number = std::get_if<double>(&value.data);
      if (!number) fail(e, e.text + " takes numbers");
      if (e.text == "sum") {
        result += *number;
      } else if (first || (e.text == "min" ? *number < result : *number > result)) {
        result = *number;
      }
      first = false;
    }
    return {result};
  }

  Value range(const Expression& e) {
    if (e.args.empty() || e.args.size() > 3) fail(e, "range takes 1 to 3 numbers");
    const double first = e.args.size() == 1 ? 0 : number(*e.args[0]);
    const double last = number(*e.args[e.args.size() == 1 ? 0 : 1]);
    const double step = e.args.size() == 3 ? number(*e.args[2]) : 1;
    if (step == 0) fail(e, "range with step 0");
    if (std::abs((last - first) / step) > double(kMaxElements)) fail(e, "the range is too long");
    List result;
    for (double value = first; step > 0 ? value < last : value > last; value += step)
      result.push_back({value});
    return Value{std::move(result)};
  }

  const Variables& variables_;
  std::string_view text_;
  std::vector<std::pair<std::string, Value>> bound_;
};

}  // namespace

Value evaluate(const Expression& expression, const Variables& variables, std::string_view text) {
  return Evaluator(variables, text).run(expression);
}

double as_number(const Value& value, std::string_view text) {
  if (const auto* number = std::get_if<double>(&value.data)) return *number;
  if (const auto* list = std::get_if<List>(&value.data)) {
    if (list->size() == 1) return as_number(list->front(), text);
  }
  fail_at(text, 0, "this is no number");
}

std::string format_number(double value) {
  std::array<char, 64> buffer;
  const bool whole = value == std::trunc(value) && std::abs(value) < 1e15;
  const auto [end, error] =
      whole ? std::to_chars(buffer.begin(), buffer.end(), static_cast<int64_t>(value))
            : std::to_chars(buffer.begin(), buffer.end(), value);
  return std::string(buffer.data(), end);
}

}  // namespace t1

double evaluate_t1(std::string_view expression, const std::map<std::string, double>& variables) {
  t1::Variables values;
  for (const auto& [name, number] : variables) values[name] = t1::Value{number};
  return t1::as_number(t1::evaluate(*t1::parse_expression(expression), values, expression),
                       expression);
}

}  // namespace cudal1::program
