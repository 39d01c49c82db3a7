// Calls of what std, CUDA's runtime and torch bring beside the operators.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

bool is_error_message_call(std::string_view name) {
  return name.starts_with("TORCH_CHECK") || name.starts_with("AT_ASSERT") || name == "AT_CHECK" ||
         name.starts_with("TORCH_INTERNAL_ASSERT");
}

bool is_device_copy(const Expr& kind) {
  const auto* name = std::get_if<NameExpr>(&kind.node);
  return name && (name->name == "cudaMemcpyDeviceToDevice" || name->name == "cudaMemcpyDefault");
}

}  // namespace

Operand Checker::call_builtin(const Builtin& builtin, const NameExpr& name,
                              const std::vector<ExprPtr>& args, SourcePos pos) {
  const std::string_view plain = builtin.name;
  std::vector<Operand> operands;
  for (size_t at = 0; at < args.size(); ++at) {
    if (at == 0 && is_error_message_call(plain) && builtin.max_args < 0 &&
        !plain.starts_with("TORCH_CHECK_")) {
      check_condition(*args[0]);
      operands.push_back(value_of(unknown()));
    } else {
      operands.push_back(check(*args[at]));
    }
  }
  if (!check_count("'" + name.name + "'", args.size(), builtin.min_args, builtin.max_args, pos))
    return value_of(unknown());
  if (plain == "min" || plain == "max") return extremum(name, operands, args);
  if (plain == "move" || plain == "forward" || plain == "abs")
    return {operands[0].type, false, false, std::nullopt};
  if (plain == "make_tuple" || plain == "make_pair" || plain == "tie" ||
      plain == "forward_as_tuple") {
    std::vector<Type> types;
    for (const Operand& operand : operands) types.push_back(operand.type);
    return {wrap(Kind::kTuple, std::move(types)), plain == "tie", false, std::nullopt};
  }
  if (plain == "get" && operands[0].type.is(Kind::kTuple) && name.template_args.size() == 1) {
    const auto index = argument_value(name.template_args[0]);
    const auto& elements = operands[0].type.args;
    if (index && !elements.empty()) {
      if (*index < 0 || *index >= static_cast<int64_t>(elements.size())) {
        return value_of(fail(pos, "std::get<" + std::to_string(*index) + "> of a tuple of " +
                                      std::to_string(elements.size())));
      }
      return {elements[*index], true, operands[0].is_const, std::nullopt};
    }
    return {unknown(), true, false, std::nullopt};
  }
  if (plain == "get") return {unknown(), true, false, std::nullopt};
  if (plain == "accumulate") return value_of(operands[2].type);
  const Type result = builtin.result();
  if (result.is(Kind::kFloat) && !operands.empty()) {  // mathematics
    for (size_t at = 0; at < operands.size(); ++at) {
      const Type& type = operands[at].type;
      if (type.known() && !type.arithmetic() && !type.is(Kind::kOpaque)) {
        const bool tensor = type.is(Kind::kTensor);
        return value_of(
            fail(args[at]->pos, "'" + name.name + "' takes a number, this is " + with_article(type),
                 tensor ? "torch::" + std::string(plain) + "(x) for every element" : ""));
      }
    }
    return value_of(operands[0].type.is(Kind::kFloat) ? operands[0].type : result);
  }
  return value_of(result);
}

Operand Checker::extremum(const NameExpr& name, const std::vector<Operand>& operands,
                          const std::vector<ExprPtr>& args) {
  const bool smallest = last_component(name.name) == "min";
  if (operands.size() == 1) {  // std::max({a, b, c})
    const Type& type = operands[0].type;
    return value_of(type.is(Kind::kInitList) && !type.args.empty() ? type.args[0] : unknown());
  }
  for (size_t at = 0; at < operands.size(); ++at) {
    const Type& type = operands[at].type;
    if (type.is(Kind::kTensor)) {
      return value_of(fail(args[at]->pos,
                           "'" + name.name + "' takes numbers, this is a torch::Tensor",
                           smallest ? "torch::minimum(a, b)" : "torch::maximum(a, b)"));
    }
  }
  std::optional<int64_t> value;
  if (operands[0].value && operands[1].value) {
    value = smallest ? std::min(*operands[0].value, *operands[1].value)
                     : std::max(*operands[0].value, *operands[1].value);
  }
  if (!name.template_args.empty()) {
    Type type = argument_type(name.template_args[0]);
    return {type, false, false, type.is(Kind::kInt) ? value : std::nullopt};
  }
  const Type &a = operands[0].type, &b = operands[1].type;
  // The standard library deduces one type; the interpreter would not mind, nvcc does.
  const bool qualified = name.name.starts_with("std::");  // CUDA's own min and max take mixed types
  if (qualified && operands.size() == 2 && a.arithmetic() && b.arithmetic() &&
      canonical_element(a.name) != canonical_element(b.name)) {
    report(args[1]->pos,
           "'" + name.name + "' of " + with_article(a) + " and " + with_article(b) +
               " has no common type",
           name.name + "<" + to_string(common_arithmetic(a, b)) + ">(a, b)");
  }
  return {a.arithmetic() ? a : b, false, false, value};
}

Operand Checker::call_std(const NameExpr& name, const std::string& plain,
                          const std::vector<ExprPtr>& args, SourcePos pos) {
  if (const Builtin* builtin = find_std_function(plain))
    return call_builtin(*builtin, name, args, pos);
  if (const auto type = find_type_name("std::" + plain)) {
    TypeRef ref;
    ref.pos = pos;
    ref.name = name.name;
    ref.args = name.template_args;
    return check_construction(resolve(ref), args, pos);
  }
  check_all(args);
  Suggestion suggestion("std::" + plain);
  offer_functions("std::", suggestion);
  return value_of(fail(pos, "'std::" + plain + "' is not part of the host language",
                       suggestion.text("std::min, max, clamp, ceil, floor, sqrt, log2, pow, get, "
                                       "tie, make_tuple, move, accumulate")));
}

Operand Checker::call_cuda(const NameExpr& name, const std::vector<ExprPtr>& args, SourcePos pos) {
  const Builtin* builtin = find_cuda_function(name.name);
  const bool copies = name.name == "cudaMemcpy" || name.name == "cudaMemcpyAsync";
  if (copies && args.size() >= 4 && !is_device_copy(*args[3])) {
    check_all(args);
    return value_of(
        fail(pos, "'" + name.name + "' moves memory between host and device",
             "cudaMemcpyDeviceToDevice between tensors, x.to(torch::kCUDA), x.item<float>()"));
  }
  return call_builtin(*builtin, name, args, pos);
}

Operand Checker::call_torch(const NameExpr& name, std::string plain,
                            const std::vector<ExprPtr>& args, SourcePos pos) {
  if (plain.starts_with("_ops::")) plain = plain.substr(6);
  if (const Builtin* builtin = find_torch_function(plain))
    return call_builtin(*builtin, name, args, pos);
  if (find_type_name(name.name)) {
    TypeRef ref;
    ref.pos = pos;
    ref.name = name.name;
    ref.args = name.template_args;
    return check_construction(resolve(ref), args, pos);
  }
  const auto operands = check_all(args);
  // Namespaces that only group operators.
  for (const auto& [prefix, replacement] :
       {std::pair<std::string_view, std::string>{"nn::functional::", ""},
        {"linalg::", "linalg_"},
        {"fft::", "fft_"},
        {"special::", "special_"},
        {"detail::", ""}}) {
    if (plain.starts_with(prefix)) plain = replacement + plain.substr(prefix.size());
  }
  return value_of(call_operator(plain, name.name, operands, args, false, pos));
}

}  // namespace cudal1::program
