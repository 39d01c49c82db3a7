// Calls of the file's own host functions and of lambdas.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

size_t required_params(const Function& function) {
  size_t least = function.params.size();
  while (least > 0 && function.params[least - 1].default_value) --least;
  return least;
}

}  // namespace

Operand Checker::call_lambda(const Variable& variable, const std::string& name,
                             const std::vector<ExprPtr>& args, SourcePos pos) {
  const Type type = variable.type;
  const LambdaExpr* lambda = variable.lambda;
  const auto operands = check_all(args);
  if (!lambda) return value_of(unknown());
  size_t least = lambda->params.size();
  while (least > 0 && lambda->params[least - 1].default_value) --least;
  const int most = static_cast<int>(lambda->params.size());
  if (!check_count(name == "the lambda" ? name : "'" + name + "'", args.size(),
                   static_cast<int>(least), most, pos))
    return value_of(unknown());
  for (size_t at = 0; at < operands.size(); ++at) {
    expect(operands[at].type, resolve(lambda->params[at].type), args[at]->pos,
           "'" + lambda->params[at].name + "'");
  }
  return value_of(type.args.empty() ? unknown() : type.args[0]);
}

const HostFunction* Checker::choose_overload(const std::vector<const HostFunction*>& overloads,
                                             size_t count, const std::vector<Operand>& operands) {
  const HostFunction* by_count = nullptr;
  for (const HostFunction* candidate : overloads) {
    const Function& function = candidate->signature();
    if (count < required_params(function) || count > function.params.size()) continue;
    if (!by_count) by_count = candidate;
    if (overloads.size() == 1) return candidate;
    bool fits = true;
    push_scope();
    for (const TemplateParam& param : function.template_params)
      scopes_.back().types[param.name] = {Kind::kUnknown, param.name, {}, false};
    for (size_t at = 0; at < count && fits; ++at) {
      ++lenient_types_;
      const Type wanted = resolve(function.params[at].type);
      --lenient_types_;
      const bool same_kind =
          !wanted.known() || !operands[at].type.known() || wanted.kind == operands[at].type.kind;
      fits = same_kind && converts(operands[at].type, wanted);
    }
    pop_scope();
    if (fits) return candidate;
  }
  return by_count;
}

Operand Checker::call_host(const std::vector<const HostFunction*>& overloads, const NameExpr& name,
                           const std::vector<ExprPtr>& args, SourcePos pos) {
  const auto operands = check_all(args);
  const HostFunction* chosen = choose_overload(overloads, args.size(), operands);
  if (!chosen) {
    const Function& function = overloads.front()->signature();
    const bool pack = !function.params.empty() && function.params.back().type.name.ends_with("...");
    if (pack) return value_of(unknown());
    check_count("'" + name.name + "'", args.size(), static_cast<int>(required_params(function)),
                static_cast<int>(function.params.size()), pos);
    return value_of(unknown());
  }
  const Function& function = chosen->signature();
  const bool variadic =
      std::any_of(function.template_params.begin(), function.template_params.end(),
                  [](const TemplateParam& param) { return param.is_pack; });
  if (name.template_args.size() > function.template_params.size() && !variadic) {
    report(pos, "'" + name.name + "' has " + std::to_string(function.template_params.size()) +
                    " template parameters, this call gives " +
                    std::to_string(name.template_args.size()));
  }
  const Bindings bindings = bind_call(function, name, operands);
  push_scope();
  for (const TemplateParam& param : function.template_params) {
    const auto found = bindings.find(param.name);
    if (param.is_type) {
      scopes_.back().types[param.name] = found == bindings.end()
                                             ? Type{Kind::kUnknown, param.name, {}, false}
                                             : found->second.type;
    }
  }
  for (size_t at = 0; at < operands.size(); ++at) {
    ++lenient_types_;
    const Type wanted = resolve(function.params[at].type);
    --lenient_types_;
    const std::string what = function.params[at].name.empty()
                                 ? "argument " + std::to_string(at + 1)
                                 : "'" + function.params[at].name + "'";
    expect(operands[at].type, wanted, args[at]->pos, what + " of '" + name.name + "'");
    const TypeRef& ref = function.params[at].type;
    const bool writes = ref.is_reference && !ref.is_const && ref.pointers == 0 && wanted.known();
    if (writes && operands[at].is_const && !wanted.is(Kind::kTensor)) {
      report(args[at]->pos, what + " of '" + name.name + "' may be changed, but this is const");
    }
  }
  pop_scope();
  return value_of(check_function(*chosen, bindings));
}

Bindings Checker::bind_call(const Function& function, const NameExpr& name,
                            const std::vector<Operand>& operands) {
  Bindings bindings;
  const auto& params = function.template_params;
  for (size_t at = 0; at < params.size() && at < name.template_args.size() && !params[at].is_pack;
       ++at) {
    bindings[params[at].name] = explicit_binding(params[at], name.template_args[at]);
  }
  if (!recording_) return bindings;
  for (const TemplateParam& param : params) {
    if (bindings.contains(param.name) || param.is_pack) continue;
    for (size_t at = 0; at < function.params.size() && at < operands.size() && param.is_type;
         ++at) {
      const TypeRef& wanted = function.params[at].type;
      const Type& given = operands[at].type;
      if (wanted.name != param.name) continue;
      const bool pointer = wanted.pointers == 1 && given.is(Kind::kPointer) && !given.args.empty();
      if (pointer || wanted.pointers == 0)
        bindings[param.name].type = pointer ? given.args[0] : given;
    }
    if (!bindings.contains(param.name) && param.default_arg)
      bindings[param.name] = explicit_binding(param, *param.default_arg);
  }
  return bindings;
}

}  // namespace cudal1::program
