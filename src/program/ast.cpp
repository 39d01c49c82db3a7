#include "cudal1/program/ast.h"

namespace cudal1::program {
namespace {

std::string to_string(const Expr& value) {
  if (const auto* integer = std::get_if<IntLiteral>(&value.node))
    return std::to_string(integer->value);
  if (const auto* boolean = std::get_if<BoolLiteral>(&value.node))
    return boolean->value ? "true" : "false";
  if (const auto* name = std::get_if<NameExpr>(&value.node)) return name->name;
  return "…";
}

}  // namespace

std::string to_string(const TypeRef& type) {
  std::string text = (type.is_const ? "const " : "") + type.name;
  for (size_t i = 0; i < type.args.size(); ++i) {
    const TemplateArg& arg = type.args[i];
    text += (i == 0 ? "<" : ", ") + (arg.type ? to_string(*arg.type) : to_string(*arg.expr));
  }
  if (!type.args.empty()) text += ">";
  text += std::string(static_cast<size_t>(type.pointers), '*');
  if (type.is_reference) text += "&";
  if (type.is_restrict) text += " __restrict__";
  return text;
}

}  // namespace cudal1::program
