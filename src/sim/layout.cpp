#include "layout.h"

#include <algorithm>
#include <string>

#include "lexer.h"

namespace cudal1::sim {
namespace {

// Offsets have 32 bits; a GPU takes far less.
constexpr uint64_t kMaxParams = 1u << 20, kMaxBytes = 1u << 30;

// Puts the variable at the next place that suits it.
void put(Variable& variable, uint32_t& top) {
  const uint64_t end = align_up(top, variable.align) + variable.bytes();
  if (end > (variable.space == Space::kParam ? kMaxParams : kMaxBytes))
    throw SyntaxError(0, std::string(variable.name) + " ends " + std::to_string(end) +
                             " bytes into its state space, which is more than there is");
  top = align_up(top, variable.align);
  variable.offset = top;
  top += uint32_t(variable.bytes());
}

void lay_out_params(std::vector<Variable>& variables, uint32_t& top,
                    std::vector<ParamPlace>& places) {
  for (Variable& variable : variables) {
    put(variable, top);
    places.push_back({uint32_t(variable.offset), uint32_t(variable.bytes())});
  }
}

void lay_out_function(Function& function, uint32_t shared) {
  ParsedFunction& parsed = function.parsed;
  uint32_t local = 0, params = 0;
  lay_out_params(parsed.returns, params, function.returns);
  lay_out_params(parsed.params, params, function.params);
  function.param_bytes = params;
  for (Variable& variable : parsed.locals)
    put(variable, variable.space == Space::kShared  ? shared
                  : variable.space == Space::kLocal ? local
                                                    : params);
  for (size_t i = 0; function.is_kernel && i < parsed.params.size(); ++i)
    function.kernel_params.push_back({std::string(parsed.params[i].name),
                                      uint32_t(parsed.params[i].offset),
                                      uint32_t(parsed.params[i].bytes())});
  function.area_bytes = params;
  function.local_bytes = align_up(local, 16);
  function.shared_bytes = shared;
}

bool mentions_shared(const Module::Impl& module, const Function& function) {
  const auto is_shared = [&](std::string_view name) {
    return std::any_of(module.parsed.variables.begin(), module.parsed.variables.end(),
                       [&](const Variable& v) {
                         return v.space == Space::kShared && v.count > 0 && v.name == name;
                       });
  };
  for (const Statement& statement : function.parsed.body)
    for (const Operand& operand : statement.operands)
      if ((operand.kind == OperandKind::kSymbol || operand.kind == OperandKind::kAddress) &&
          operand.reg < 0 && !operand.name.empty() && is_shared(operand.name))
        return true;
  return false;
}

uint32_t lay_out_shared(Module::Impl& module) {
  uint32_t top = 0;
  for (Variable& variable : module.parsed.variables)
    if (variable.space == Space::kShared && variable.count > 0) put(variable, top);
  return top;
}

}  // namespace

void lay_out(Module::Impl& module) {
  const uint32_t shared = lay_out_shared(module);
  bool device_function_uses_shared = false;
  for (const Function& function : module.functions)
    device_function_uses_shared |= !function.is_kernel && mentions_shared(module, function);
  for (Function& function : module.functions)
    lay_out_function(function,
                     device_function_uses_shared || mentions_shared(module, function) ? shared : 0);
}

}  // namespace cudal1::sim
