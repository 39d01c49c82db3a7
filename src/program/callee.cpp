#include "program/callee.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "program/call_refusal.h"

namespace cudal1::program {
namespace {

std::string kernel_names(const Program& program) {
  std::string names;
  for (const Kernel& kernel : program.kernels()) names += (names.empty() ? "" : ", ") + kernel.name;
  return names;
}

Callee kernel(const Program& program, const CallExpression& call) {
  const Kernel* kernel = program.find_kernel(call.name);
  if (!kernel) refuse_call("the file has no kernel " + call.name, kernel_names(program));
  return {&kernel->params, &kernel->template_params, call.name, false};
}
Callee host_function(const Program& program, const CallExpression& call) {
  const auto overloads = program.functions(call.name);
  if (overloads.empty()) {
    if (program.find_kernel(call.name))
      refuse_call(call.name + " is a kernel", call.name + "<<<grid, block>>>(…)");
    std::string names;
    for (const auto* function : program.all_functions())
      names += (names.empty() ? "" : ", ") + function->signature().name;
    refuse_call("the file has no host function " + call.name, names);
  }
  const HostFunction* chosen = overloads.front();
  for (const HostFunction* function : overloads) {
    if (function->signature().params.size() == call.args.size()) chosen = function;
  }
  const Function& signature = chosen->signature();
  static constexpr std::string_view kNoResult[] = {"void", "cudaError_t", "cudaError", "int",
                                                   "bool", "float",       "double"};
  const bool none = std::find(std::begin(kNoResult), std::end(kNoResult),
                              signature.return_type.name) != std::end(kNoResult) ||
                    signature.return_type.pointers > 0;
  return {&signature.params, &signature.template_params, call.name, !none};
}

void check_count(const Callee& callee, size_t given) {
  const size_t wanted = callee.params->size();
  size_t required = 0;
  for (const Param& param : *callee.params) required += param.default_value ? 0 : 1;
  if (given <= wanted && given >= required) return;
  std::string list;
  for (const Param& param : *callee.params)
    list += (list.empty() ? "" : ", ") + to_string(param.type) + " " + param.name;
  refuse_call(callee.name + " takes " + std::to_string(wanted) + " arguments, " +
                  std::to_string(given) + " are given",
              list);
}

}  // namespace

Callee find_callee(const Program& program, const CallExpression& call) {
  const Callee callee = call.is_launch ? kernel(program, call) : host_function(program, call);
  check_count(callee, call.args.size());
  return callee;
}

}  // namespace cudal1::program
