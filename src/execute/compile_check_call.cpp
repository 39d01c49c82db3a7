// TORCH_CHECK and its relatives.
#include "compiler.h"

namespace cudal1::execute {

using namespace program;

namespace {

bool is_plain_check(const std::string& name) {
  static const char* const kNames[] = {"TORCH_CHECK",
                                       "AT_ASSERTM",
                                       "AT_ASSERT",
                                       "AT_CHECK",
                                       "TORCH_INTERNAL_ASSERT",
                                       "TORCH_INTERNAL_ASSERT_DEBUG_ONLY",
                                       "TORCH_CHECK_VALUE",
                                       "TORCH_CHECK_TYPE",
                                       "TORCH_CHECK_INDEX",
                                       "TORCH_CHECK_NOT_IMPLEMENTED",
                                       "TORCH_CHECK_ARG",
                                       "TORCH_CHECK_NOTNULL"};
  for (const char* known : kNames)
    if (name == known) return true;
  return false;
}

std::optional<BinaryOp> comparing_check(const std::string& name) {
  static const std::unordered_map<std::string, BinaryOp> kNames = {
      {"TORCH_CHECK_EQ", BinaryOp::kEqual},   {"TORCH_CHECK_NE", BinaryOp::kNotEqual},
      {"TORCH_CHECK_LT", BinaryOp::kLess},    {"TORCH_CHECK_LE", BinaryOp::kLessEqual},
      {"TORCH_CHECK_GT", BinaryOp::kGreater}, {"TORCH_CHECK_GE", BinaryOp::kGreaterEqual}};
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

// As a stream prints it.
std::string printed(const Value& value) {
  if (value.is<std::string>()) return value.as<std::string>();
  const std::string text = describe(value);
  return value.is<Number>() ? text.substr(text.rfind(' ') + 1) : text;
}

std::string joined_text(const Values& parts) {
  std::string text;
  for (const Value& part : parts) text += printed(part);
  return text;
}

}  // namespace

bool Compiler::is_check(const std::string& name) {
  return is_plain_check(name) || comparing_check(name) || name == "AT_ERROR";
}

Eval Compiler::check_call(const NameExpr& callee, const CallExpr& node, SourcePos pos) {
  if (callee.name == "AT_ERROR" || callee.name == "TORCH_CHECK_FAIL")
    return [parts = expressions(node.args), pos](Frame& frame) -> Value {
      throw HostFailure{"check", joined_text(evaluate(parts, frame)), pos};
    };
  if (const auto op = comparing_check(callee.name)) {
    std::vector<Eval> sides = expressions(node.args);
    return [sides, op = *op, name = callee.name, pos](Frame& frame) -> Value {
      const Value a = sides.at(0)(frame), b = sides.at(1)(frame);
      if (truthy(apply_binary(frame.context, op, a, b, nullptr, pos), pos)) return Void{};
      throw HostFailure{"check", name + " failed: " + describe(a) + " and " + describe(b), pos};
    };
  }
  Eval condition = expression(*node.args.at(0));
  // The message is only worth building, or even understanding, when the check fails.
  std::vector<Eval> parts;
  for (size_t i = 1; i < node.args.size(); ++i) {
    try {
      parts.push_back(expression(*node.args[i]));
    } catch (const HostFailure&) {
      parts.push_back([](Frame&) { return Value(std::string("…")); });
    }
  }
  return [condition, parts, pos](Frame& frame) -> Value {
    if (truthy(condition(frame), pos)) return Void{};
    const std::string text = joined_text(evaluate(parts, frame));
    throw HostFailure{
        "check", text.empty() ? "a check of the program failed" : "check failed: " + text, pos};
  };
}

}  // namespace cudal1::execute
