#include "compiler.h"

namespace cudal1::execute {

using namespace program;

Compiler::Compiler(Interpreter& interpreter, Instance& instance, Bindings outermost)
    : interpreter_(interpreter), instance_(instance) {
  scopes_.push_back(std::move(outermost));
  scopes_.emplace_back();
}

size_t Compiler::declare(const std::string& name, const Type& type) {
  Binding binding;
  binding.kind = Binding::Kind::kSlot;
  binding.slot = instance_.slots++;
  binding.type = type;
  scopes_.back()[name] = binding;
  return binding.slot;
}

void Compiler::bind_type(const std::string& name, const Type& type) {
  Binding binding;
  binding.kind = Binding::Kind::kType;
  binding.type = type;
  scopes_.back()[name] = binding;
}

const Binding* Compiler::find(const std::string& name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (const auto found = scope->find(name); found != scope->end()) return &found->second;
  const auto found = interpreter_.globals().find(name);
  return found == interpreter_.globals().end() ? nullptr : &found->second;
}

Type Compiler::type(const TypeRef& ref) const {
  return resolve_type(ref, [this](const std::string& name) { return find(name); });
}

void Compiler::unsupported(const std::string& what, SourcePos pos) {
  throw HostFailure{"unsupported", what + " is not part of the host language", pos};
}

Exec Compiler::statement(const Stmt& statement) {
  const SourcePos pos = statement.pos;
  return std::visit(
      [&](const auto& node) -> Exec {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, DeclStmt>)
          return declaration(node);
        else if constexpr (std::is_same_v<Node, ExprStmt>) {
          return [run = expression(*node.expr)](Frame& frame) { return run(frame), Flow::kNext; };
        } else if constexpr (std::is_same_v<Node, IfStmt>)
          return if_statement(node);
        else if constexpr (std::is_same_v<Node, ForStmt>)
          return for_statement(node);
        else if constexpr (std::is_same_v<Node, RangeForStmt>)
          return range_for(node);
        else if constexpr (std::is_same_v<Node, WhileStmt>)
          return while_statement(node);
        else if constexpr (std::is_same_v<Node, SwitchStmt>)
          return switch_statement(node);
        else if constexpr (std::is_same_v<Node, ReturnStmt>)
          return return_statement(node);
        else if constexpr (std::is_same_v<Node, BreakStmt>)
          return [](Frame&) { return Flow::kBreak; };
        else if constexpr (std::is_same_v<Node, ContinueStmt>)
          return [](Frame&) { return Flow::kContinue; };
        else if constexpr (std::is_same_v<Node, BlockStmt>)
          return block(node);
        else if constexpr (std::is_same_v<Node, ThrowStmt>)
          return throw_statement(node, pos);
        else {
          bind_type(node.name, type(node.type));
          return [](Frame&) { return Flow::kNext; };
        }
      },
      statement.node);
}

Exec Compiler::block(const BlockStmt& node) {
  scopes_.emplace_back();
  std::vector<std::pair<SourcePos, Exec>> body;
  for (const StmtPtr& child : node.body) body.emplace_back(child->pos, statement(*child));
  scopes_.pop_back();
  return [body = std::move(body)](Frame& frame) {
    for (const auto& [pos, run] : body) {
      frame.context.statement = pos;
      if (const Flow flow = run(frame); flow != Flow::kNext) return flow;
    }
    return Flow::kNext;
  };
}

Exec Compiler::if_statement(const IfStmt& node) {
  scopes_.emplace_back();
  Exec init = node.init ? statement(*node.init) : Exec();
  Eval condition = expression(*node.condition);
  const SourcePos pos = node.condition->pos;
  if (node.is_constexpr) {  // only the branch taken need make sense
    try {
      const bool taken = truthy(evaluate_constant(interpreter_, *node.condition,
                                                  [&] {
                                                    Bindings all;
                                                    for (const Bindings& scope : scopes_)
                                                      for (const auto& [name, binding] : scope)
                                                        all[name] = binding;
                                                    return all;
                                                  }()),
                                pos);
      const StmtPtr& branch = taken ? node.then : node.otherwise;
      Exec run = branch ? statement(*branch) : [](Frame&) { return Flow::kNext; };
      scopes_.pop_back();
      return run;
    } catch (const HostFailure&) {
      // the condition needs a run: both branches are compiled below
    }
  }
  scopes_.emplace_back();
  Exec then = statement(*node.then);
  scopes_.back().clear();
  Exec otherwise = node.otherwise ? statement(*node.otherwise) : Exec();
  scopes_.pop_back();
  scopes_.pop_back();
  return [=](Frame& frame) {
    if (init) init(frame);
    if (truthy(condition(frame), pos)) return then(frame);
    return otherwise ? otherwise(frame) : Flow::kNext;
  };
}

Exec Compiler::switch_statement(const SwitchStmt& node) {
  struct Case {
    std::vector<Eval> labels;
    bool is_default;
    std::vector<Exec> body;
  };
  Eval value = expression(*node.value);
  const SourcePos pos = node.value->pos;
  std::vector<Case> cases;
  scopes_.emplace_back();
  for (const SwitchCase& one : node.cases) {
    Case made{expressions(one.labels), one.is_default, {}};
    for (const StmtPtr& child : one.body) made.body.push_back(statement(*child));
    cases.push_back(std::move(made));
  }
  scopes_.pop_back();
  return [=](Frame& frame) {
    const Value wanted = value(frame);
    size_t start = cases.size();
    for (size_t i = 0; i < cases.size() && start == cases.size(); ++i)
      for (const Eval& label : cases[i].labels)
        if (truthy(
                apply_binary(frame.context, BinaryOp::kEqual, wanted, label(frame), nullptr, pos),
                pos))
          start = i;
    for (size_t i = 0; i < cases.size() && start == cases.size(); ++i)
      if (cases[i].is_default) start = i;
    for (size_t i = start; i < cases.size(); ++i)  // falls through, as C++ does
      for (const Exec& run : cases[i].body) {
        const Flow flow = run(frame);
        if (flow == Flow::kBreak) return Flow::kNext;
        if (flow != Flow::kNext) return flow;
      }
    return Flow::kNext;
  };
}

Exec Compiler::return_statement(const ReturnStmt& node) {
  if (!node.value)
    return [](Frame& frame) {
      frame.result = Void{};
      return Flow::kReturn;
    };
  return [value = expression(*node.value)](Frame& frame) {
    frame.result = value(frame);
    return Flow::kReturn;
  };
}

Exec Compiler::throw_statement(const ThrowStmt& node, SourcePos pos) {
  // throw std::runtime_error(message): the message is what counts
  std::vector<Eval> parts;
  if (node.value) {
    if (const auto* call = std::get_if<CallExpr>(&node.value->node))
      parts = expressions(call->args);
    else if (const auto* made = std::get_if<CastExpr>(&node.value->node))
      parts = expressions(made->args);
  }
  return [parts, pos](Frame& frame) -> Flow {
    std::string text;
    for (const Value& part : evaluate(parts, frame))
      text += part.is<std::string>() ? part.as<std::string>() : describe(part);
    throw HostFailure{"throw", "the program threw: " + text, pos};
  };
}

}  // namespace cudal1::execute
