#include "blame.h"

#include "demangle.h"

namespace cudal1::evaluate {

Failure as_failure(const program::Diagnostic& diagnostic) {
  Failure failure{"language", diagnostic.message, diagnostic.pos};
  if (!diagnostic.accepted.empty()) failure.message += "; accepted: " + diagnostic.accepted;
  failure.compile = true;
  return failure;
}

Verdict verdict_of(Failure failure) {
  failure.message = demangled(failure.message);
  const int line = failure.pos.line;
  if (failure.compile) return CompileFailed{failure.message, line, failure.log};
  if (failure.rule == "timeout") return TimedOut{failure.message, line, 0};
  if (failure.rule == "name" || failure.rule == "unsupported")
    return CompileFailed{failure.message, line, failure.log};
  if (failure.rule == "refused_operator" || failure.rule == "input_mutation" ||
      failure.rule == "no_device_work" || failure.rule == "impossible_speed" ||
      failure.rule == "clocks_disagree" || failure.rule == "module_state")
    return Rejected{failure.rule, failure.message, line};
  if (failure.rule == "wrong_output") return WrongOutput{failure.message, line, "inputs", 0, 0};
  return RuntimeFailed{failure.rule, failure.message, line};
}

program::SourcePos return_pos(const Runnable& runnable) {
  const auto functions = runnable.program.functions(runnable.program.entry());
  if (functions.empty() || !functions.front()->parsed().ok()) return {};
  const program::Function& entry = *functions.front()->parsed().value();
  const auto* body = entry.body ? std::get_if<program::BlockStmt>(&entry.body->node) : nullptr;
  if (!body || body->body.empty()) return entry.pos;
  const program::Stmt& last = *body->body.back();
  return std::holds_alternative<program::ReturnStmt>(last.node) ? last.pos : entry.pos;
}

}  // namespace cudal1::evaluate
