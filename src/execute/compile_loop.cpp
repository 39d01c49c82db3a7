// Loops.
#include "compiler.h"

namespace cudal1::execute {

using namespace program;

Exec Compiler::for_statement(const ForStmt& node) {
  scopes_.emplace_back();
  Exec init = node.init ? statement(*node.init) : Exec();
  Eval condition = node.condition ? expression(*node.condition) : Eval();
  Eval step = node.step ? expression(*node.step) : Eval();
  Exec body = statement(*node.body);
  const SourcePos pos = node.body->pos;
  scopes_.pop_back();
  return [=](Frame& frame) {
    if (init) init(frame);
    for (; !condition || truthy(condition(frame), pos); step ? (void)step(frame) : (void)0) {
      frame.context.time.spend(pos);
      const Flow flow = body(frame);
      if (flow == Flow::kReturn) return flow;
      if (flow == Flow::kBreak) break;
    }
    return Flow::kNext;
  };
}

Exec Compiler::range_for(const RangeForStmt& node) {
  scopes_.emplace_back();
  Eval range = expression(*node.range);
  const Type declared = type(node.variable.type);
  std::vector<size_t> slots;
  for (const std::string& name : node.variable.names) slots.push_back(declare(name, declared));
  Exec body = statement(*node.body);
  const SourcePos pos = node.range->pos;
  scopes_.pop_back();
  return [=](Frame& frame) {
    const Value list = range(frame);
    if (!list.is<Vector>()) throw HostFailure{"type", "cannot iterate over " + describe(list), pos};
    const auto items = list.as<Vector>().items;
    for (size_t i = 0; i < items->size(); ++i) {
      frame.context.time.spend(pos);
      if (slots.size() == 1) {
        frame.slots[slots[0]] = coerce(declared, (*items)[i], pos);
      } else {
        const Value whole = (*items)[i];
        const Values& parts = parts_of(whole, slots.size(), pos);
        for (size_t k = 0; k < slots.size(); ++k) frame.slots[slots[k]] = parts[k];
      }
      const Flow flow = body(frame);
      if (declared.is_reference && !declared.is_const && slots.size() == 1)
        (*items)[i] = frame.slots[slots[0]];
      if (flow == Flow::kReturn) return flow;
      if (flow == Flow::kBreak) break;
    }
    return Flow::kNext;
  };
}

Exec Compiler::while_statement(const WhileStmt& node) {
  Eval condition = expression(*node.condition);
  Exec body = statement(*node.body);
  const SourcePos pos = node.condition->pos;
  return [=, test_first = !node.is_do](Frame& frame) {
    if (test_first && !truthy(condition(frame), pos)) return Flow::kNext;
    do {
      frame.context.at = pos;
      frame.context.time.spend(pos);
      const Flow flow = body(frame);
      if (flow == Flow::kReturn) return flow;
      if (flow == Flow::kBreak) break;
    } while (truthy(condition(frame), pos));
    return Flow::kNext;
  };
}

}  // namespace cudal1::execute
