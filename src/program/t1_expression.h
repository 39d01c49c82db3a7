// T1 expressions: the Python that problem files hold, as a tree that is evaluated or lowered to
// C++.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cudal1::program::t1 {

enum class Op {
  kNumber,
  kString,
  kName,
  kList,
  kCall,
  kIndex,
  kComprehension,
  kConditional,
  kNegate,
  kNot,
  kAnd,
  kOr,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kFloorDiv,
  kRem,
  kPow,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kIn,
};

struct Expression {
  Op op;
  size_t offset = 0;  // into the text, 0-based
  double number = 0;
  std::string text;  // name, string, called function, comprehension variable
  // kConditional: condition, then, else. kComprehension: element, iterable[, condition].
  // kCall: arguments. kIndex: object, index. Chained comparisons are a kAnd of pairs.
  std::vector<std::shared_ptr<Expression>> args;
};
using ExpressionPtr = std::shared_ptr<Expression>;

struct Value;
using List = std::vector<Value>;
struct Value {
  std::variant<double, std::string, List> data;
};
using Variables = std::map<std::string, Value, std::less<>>;

// DataError names the text and the column.
ExpressionPtr parse_expression(std::string_view text);
Value evaluate(const Expression& expression, const Variables& variables, std::string_view text);
// Only numbers pass (a list of one number counts as that number). DataError otherwise.
double as_number(const Value& value, std::string_view text);

// Names the expression uses that are neither functions nor bound by a comprehension.
std::vector<std::string> free_names(const Expression& expression);

// C++ of integer (or, with true division, double) type over the names left; sub-trees that
// `constants` decide are folded. DataError for what C++ cannot say.
std::string lower_to_cpp(const Expression& expression, const Variables& constants,
                         std::string_view text);
bool has_true_division(const Expression& expression);
// C++ of tensor type where `i` stands for a tensor of indices (double) named `index`.
std::string lower_to_tensor(const Expression& expression, const Variables& constants,
                            const std::string& index, std::string_view text);

// Shortest text that reads back as the same number; integers without a point.
std::string format_number(double value);
[[noreturn]] void fail_at(std::string_view text, size_t offset, const std::string& what);

}  // namespace cudal1::program::t1
