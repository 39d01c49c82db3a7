// Calls of methods.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"
#include "program/suggest.h"

namespace cudal1::program {

Operand Checker::call_method(const MemberExpr& member, const std::vector<ExprPtr>& args,
                             SourcePos pos) {
  const Operand object = check(*member.object);
  const auto operands = check_all(args);
  Type type = object.type;
  if (member.arrow && (type.is(Kind::kPointer) || type.is(Kind::kOptional)))
    type = type.args.empty() ? unknown() : type.args[0];
  if (!type.known() || type.is(Kind::kLambda)) return value_of(unknown());
  if (type.is(Kind::kTensor)) return call_tensor_method(member, operands, args, pos);
  const Method* method = find_method(type, member.name);
  if (!method) {
    if (find_field(type, member.name)) return value_of(unknown());
    if (!has_known_members(type)) return value_of(unknown());
    Suggestion suggestion(member.name);
    offer_methods(type, suggestion);
    std::string accepted = suggestion.text();
    if (type.is(Kind::kOptional) && !type.args.empty() && type.args[0].is(Kind::kTensor))
      accepted = ".value()." + member.name + "(...)";
    return value_of(
        fail(pos, with_article(type) + " has no method '" + member.name + "'", accepted));
  }
  if (!check_count("'." + member.name + "'", args.size(), method->min_args, method->max_args, pos))
    return value_of(unknown());
  if (type.is(Kind::kScalar) && member.name == "to" && !member.template_args.empty())
    return value_of(argument_type(member.template_args[0]));
  const bool adds =
      (type.is(Kind::kVector) &&
       (member.name == "push_back" || member.name == "resize" || member.name == "insert" ||
        member.name == "emplace_back" || member.name == "clear" || member.name == "erase" ||
        member.name == "pop_back"));
  if (adds && object.is_const)
    report(pos, "cannot change a const vector with '." + member.name + "'");
  if (member.name == "push_back" && type.is(Kind::kVector) && !type.args.empty()) {
    expect(operands[0].type, type.args[0], args[0]->pos, "an element");
  }
  const bool element = member.name == "at" || member.name == "front" || member.name == "back" ||
                       member.name == "value";
  return {method->result(type), element, object.is_const, std::nullopt};
}

// data_ptr<T>(), item<T>(), accessor<T, N>()
Type Checker::tensor_template_result(const MemberExpr& member, const Type& result) {
  if (member.template_args.empty()) return member.name == "data" ? of(Kind::kTensor) : result;
  const TemplateArg& arg = member.template_args[0];
  if (arg.type && last_component(arg.type->name) == "complex") {
    return fail(arg.type->pos,
                "'." + member.name + "' of complex numbers, which host code cannot hold",
                "torch::view_as_real(x)." + member.name + "<float>()");
  }
  if (member.name == "item") return argument_type(arg);
  const bool constant = member.name == "const_data_ptr" || (arg.type && arg.type->is_const);
  if (member.name == "data_ptr" || member.name == "data" || member.name == "mutable_data_ptr" ||
      member.name == "const_data_ptr") {
    return pointer_to(argument_type(arg), constant);
  }
  return result;
}

Operand Checker::call_tensor_method(const MemberExpr& member, const std::vector<Operand>& operands,
                                    const std::vector<ExprPtr>& args, SourcePos pos) {
  static const Type kTensor = of(Kind::kTensor);
  bool out_first = false;
  const Method* method = find_method(kTensor, member.name);
  const int given = static_cast<int>(args.size());
  if (method && given >= method->min_args && given <= method->max_args) {
    if (member.name == "size" || member.name == "stride")
      expect(operands[0].type, int_type(), args[0]->pos, "the dimension");
    return {tensor_template_result(member, method->result(kTensor)), false, false, std::nullopt};
  }
  if (method && (!catalog_ || !find_operator(member.name, out_first) || member.name == "size" ||
                 member.name == "stride")) {
    std::string accepted;
    if (member.name == "size") accepted = "x.size(0) for one size, x.sizes() for all of them";
    if (member.name == "stride")
      accepted = "x.stride(0) for one stride, x.strides() for all of them";
    check_count("'." + member.name + "'", args.size(), method->min_args, method->max_args, pos,
                accepted);
    return value_of(unknown());
  }
  if (const auto refusal = find_refusal("at::" + member.name)) {
    return value_of(fail(pos, "'." + member.name + "' " + refusal->reason, refusal->accepted));
  }
  return value_of(call_operator(member.name, member.name, operands, args, true, pos));
}

}  // namespace cudal1::program
