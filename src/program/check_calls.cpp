// Calls: who is called.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

std::string arguments(size_t count) {
  return std::to_string(count) + " argument" + (count == 1 ? "" : "s");
}

std::string range_of(int least, int most) {
  if (most < 0) return "at least " + arguments(least);
  if (least == most) return arguments(least);
  return std::to_string(least) + " to " + arguments(most);
}

}  // namespace

std::vector<Operand> Checker::check_all(const std::vector<ExprPtr>& args) {
  std::vector<Operand> operands;
  for (const ExprPtr& arg : args) operands.push_back(check(*arg));
  return operands;
}

bool Checker::check_count(const std::string& what, size_t given, int least, int most, SourcePos pos,
                          std::string accepted) {
  if (given >= static_cast<size_t>(least) && (most < 0 || given <= static_cast<size_t>(most)))
    return true;
  report(pos,
         what + " takes " + range_of(least, most) + ", this call gives " + std::to_string(given),
         std::move(accepted));
  return false;
}

Operand Checker::check_call(const CallExpr& call, SourcePos pos) {
  if (const auto* name = std::get_if<NameExpr>(&call.callee->node))
    return call_name(*name, call.args, pos);
  if (const auto* member = std::get_if<MemberExpr>(&call.callee->node))
    return call_method(*member, call.args, call.callee->pos);
  if (const auto* lambda = std::get_if<LambdaExpr>(&call.callee->node)) {
    Variable variable;
    variable.type = check_lambda(*lambda);
    variable.lambda = lambda;
    return call_lambda(variable, "the lambda", call.args, pos);
  }
  const Operand callee = check(*call.callee);
  check_all(call.args);
  if (callee.type.known() && !callee.type.is(Kind::kLambda) && !callee.type.is(Kind::kOpaque)) {
    return value_of(fail(pos, with_article(callee.type) + " cannot be called"));
  }
  return value_of(unknown());
}

Operand Checker::call_name(const NameExpr& name, const std::vector<ExprPtr>& args, SourcePos pos) {
  if (const Variable* found = find_variable(name.name)) {
    const Variable variable = *found;
    if (variable.type.known() && !variable.type.is(Kind::kLambda) &&
        !variable.type.is(Kind::kKernel) && !variable.type.is(Kind::kOpaque)) {
      check_all(args);
      return value_of(fail(
          pos, "'" + name.name + "' is " + with_article(variable.type) + " and cannot be called"));
    }
    return call_lambda(variable, name.name, args, pos);
  }
  const auto overloads = program_.functions(name.name);
  if (!overloads.empty()) return call_host(overloads, name, args, pos);
  const std::string written = expand_namespace(name.name);
  if (const Kernel* kernel = program_.find_kernel(name.name)) {
    check_all(args);
    return value_of(fail(pos, "the kernel '" + kernel->name + "' is called like a function",
                         kernel->name + "<<<grid, block>>>(...) to launch it"));
  }
  if (const auto refusal = find_refusal(written)) {
    check_all(args);
    return value_of(fail(pos, "'" + name.name + "' " + refusal->reason, refusal->accepted));
  }
  if (strip_torch(written)) return call_torch(name, *strip_torch(written), args, pos);
  if (written.starts_with("std::")) return call_std(name, written.substr(5), args, pos);
  if (find_cuda_function(written)) return call_cuda(name, args, pos);
  if (const Type* alias = find_alias(name.name)) return check_construction(Type(*alias), args, pos);
  if (const auto type = find_type_name(written)) return check_construction(*type, args, pos);
  if (const Builtin* builtin = find_plain_function(written))
    return call_builtin(*builtin, name, args, pos);
  if (using_torch_ || using_at_) {
    bool out_first = false;
    if (find_torch_function(written) || find_operator(written, out_first))
      return call_torch(name, written, args, pos);
  }
  const auto operands = check_all(args);
  // Argument-dependent lookup: empty_like(x), device_of(x).
  const bool tensor = std::any_of(operands.begin(), operands.end(),
                                  [](const Operand& o) { return o.type.is(Kind::kTensor); });
  bool out_first = false;
  if (tensor && (find_torch_function(written) || find_operator(written, out_first)))
    return call_torch(name, written, args, pos);
  return unknown_function(name, pos);
}

Operand Checker::unknown_function(const NameExpr& name, SourcePos pos) {
  if (declared_in_device_code(name.name)) {
    const bool macro = name.name.size() > 1 &&
                       std::all_of(name.name.begin(), name.name.end(), [](unsigned char c) {
                         return std::isupper(c) || std::isdigit(c) || c == '_';
                       });
    if (macro) return value_of(unknown());
    return value_of(
        fail(pos, "'" + name.name + "' is a device function and cannot be called from the host",
             "__host__ __device__ in front of it, or a host function of the same kind"));
  }
  if (name.name.starts_with("cuda")) {
    Suggestion near(name.name);
    offer_functions(name.name, near);
    return value_of(fail(pos,
                         "'" + name.name + "' of the CUDA runtime is not part of the host language",
                         near.text("launches, torch operators, cudaFuncSetAttribute, "
                                   "cudaGetDeviceProperties, cudaMemcpyToSymbol, "
                                   "cudaMemsetAsync")));
  }
  Suggestion suggestion(name.name);
  for (const HostFunction* function : program_.all_functions())
    suggestion.offer(function->signature().name);
  for (const Scope& scope : scopes_) {
    for (const auto& [candidate, variable] : scope.variables) {
      if (variable.lambda) suggestion.offer(candidate);
    }
  }
  offer_functions(name.name, suggestion);
  return value_of(fail(
      pos, "unknown function '" + name.name + "'",
      suggestion.text("host functions of this file, torch:: and at:: operators, std:: functions")));
}

}  // namespace cudal1::program
