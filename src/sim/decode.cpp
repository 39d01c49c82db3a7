#include "decode.h"

#include <bit>
#include <string>

#include "families.h"
#include "layout.h"
#include "liveness.h"
#include "path.h"
#include "warp.h"

namespace cudal1::sim {
namespace {

void run_unsupported(Warp&, const Inst& in, uint32_t mask) {
  fail(FaultKind::kUnsupported, std::countr_zero(mask), *static_cast<const std::string*>(in.extra));
}

Inst decode_statement(Scope& scope, const Statement& statement) {
  Inst inst;
  try {
    if (statement.guard >= 0) {
      inst.guard = scope.register_slot(statement.guard);
      inst.guard_negated = statement.guard_negated;
    }
    Decoder decoder(scope, statement, inst);
    inst.run = decode_opcode(decoder);
    if (!inst.run) decoder.refuse();
  } catch (const Unsupported& refused) {
    scope.function.messages.emplace_back(refused.what());
    inst.run = &run_unsupported;
    inst.extra = &scope.function.messages.back();
    if (inst.target == 0) inst.pipe = Pipe::kOther;
  }
  return inst;
}

void append(Scope& scope, const Statement& statement) {
  scope.function.code.push_back(decode_statement(scope, statement));
}

void decode_function(Module::Impl& module, Function& function) {
  Scope scope(module, function);
  for (const Statement& statement : function.parsed.body) append(scope, statement);
  // Falling off the end returns.
  Statement end;
  end.opcode = end.text = "ret";
  if (!function.parsed.body.empty()) end.source = function.parsed.body.back().source;
  function.parsed.body.push_back(end);
  append(scope, function.parsed.body.back());
  for (Inst& inst : function.code) inst.access = function.accesses++;
  annotate_paths(function);
  function.register_estimate = estimate_registers(function);
}

}  // namespace

void decode_module(Module::Impl& module) {
  lay_out(module);
  for (Function& function : module.functions)
    if (function.parsed.has_body) decode_function(module, function);
}

}  // namespace cudal1::sim
