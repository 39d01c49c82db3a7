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
  std::vector<Exec> body;
  for (const StmtPtr& child : node.body) body.push_back(statement(*child));
  scopes_.pop_back();
  return [body = std::move(body)](Frame& frame) {
    for (const Exec& run : body)
      if (const Flow flow = run(frame); flow != Flow::kNext) return flow;
    return Flow::kNext;
  };
}

Exec Compiler::declaration(const DeclStmt& node) {
  std::vector<Exec> all;
  for (const Declarator& one : node.declarators) all.push_back(declarator(one));
  if (all.size() == 1) return all[0];
  return [all = std::move(all)](Frame& frame) {
    for (const Exec& run : all) run(frame);
    return Flow::kNext;
  };
}

namespace {

// int sizes[2] = {1, 2}; float weights[9];
Value make_array(const Type& element, const Values& extents, const Values* init, SourcePos pos) {
  Values items;
  if (init)
    for (const Value& item : *init) items.push_back(coerce(element, item, pos));
  if (!extents.empty() && extents[0].is<Number>()) {
    const int64_t count = extents[0].as<Number>().as_int();
    if (count < 0 || count > (1 << 24))
      throw HostFailure{"check", "an array of " + std::to_string(count) + " elements", pos};
    const Values inner(extents.begin() + 1, extents.end());
    while (items.size() < size_t(count))
      items.push_back(inner.empty() ? construct(element, {}, true, pos)
                                    : make_array(element, inner, nullptr, pos));
  }
  Vector vector = make_vector(std::move(items));
  vector.element = std::make_shared<const Type>(element);
  return vector;
}

// The parts that `auto [a, b] = value` takes apart.
const Values& parts_of(const Value& value, size_t count, SourcePos pos) {
  const Values* items = value.is<Tuple>()    ? value.as<Tuple>().items.get()
                        : value.is<Vector>() ? value.as<Vector>().items.get()
                                             : nullptr;
  if (!items || items->size() != count)
    throw HostFailure{
        "type", "cannot take " + describe(value) + " apart into " + std::to_string(count), pos};
  return *items;
}

}  // namespace

Exec Compiler::declarator(const Declarator& node) {
  const SourcePos pos = node.pos;
  const Type declared = type(node.type);
  std::vector<Eval> init = expressions(node.init);
  if (node.names.size() > 1) {
    std::vector<size_t> slots;
    for (const std::string& name : node.names) slots.push_back(declare(name, Type{}));
    return [slots, value = init.at(0), pos](Frame& frame) {
      const Value whole = value(frame);
      const Values& parts = parts_of(whole, slots.size(), pos);
      for (size_t i = 0; i < slots.size(); ++i) frame.slots[slots[i]] = parts[i];
      return Flow::kNext;
    };
  }
  if (!node.array_extents.empty()) {
    std::vector<Eval> extents;
    for (const ExprPtr& extent : node.array_extents)
      extents.push_back(extent ? expression(*extent) : [](Frame&) { return Value(Void{}); });
    const size_t slot = declare(node.names[0], declared);
    return [=](Frame& frame) {
      Values given = evaluate(init, frame);
      // = {…} comes as one list, {…} as its elements
      if (given.size() == 1 && given[0].is<Vector>()) given = *Value(given[0]).as<Vector>().items;
      frame.slots[slot] = make_array(declared, evaluate(extents, frame), &given, pos);
      return Flow::kNext;
    };
  }
  const size_t slot = declare(node.names[0], declared);
  const InitStyle style = node.style;
  if (style == InitStyle::kCopy)
    return [slot, declared, value = init.at(0), pos](Frame& frame) {
      frame.slots[slot] = coerce(declared, value(frame), pos);
      return Flow::kNext;
    };
  return [=](Frame& frame) {
    const bool braces = style != InitStyle::kParen;
    if (style == InitStyle::kNone && declared.kind == Type::Kind::kNumber)
      frame.slots[slot] = convert(Number::of(0), declared.num);
    else
      frame.slots[slot] = construct(declared, evaluate(init, frame), braces, pos);
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
      const Flow flow = body(frame);
      if (flow == Flow::kReturn) return flow;
      if (flow == Flow::kBreak) break;
    } while (truthy(condition(frame), pos));
    return Flow::kNext;
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
