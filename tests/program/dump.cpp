#include "dump.h"

#include <stdexcept>

namespace cudal1::program {
namespace {

std::string list(const std::vector<ExprPtr>& values) {
  std::string text;
  for (const ExprPtr& value : values) text += " " + (value ? dump(*value) : std::string("_"));
  return text;
}

std::string args(const std::vector<TemplateArg>& values) {
  std::string text;
  for (const TemplateArg& value : values) text += (text.empty() ? "<" : ", ") + dump(value);
  return text.empty() ? "" : text + ">";
}

std::string maybe(const ExprPtr& expr) { return expr ? dump(*expr) : "_"; }
std::string maybe(const StmtPtr& stmt) { return stmt ? dump(*stmt) : "_"; }

const char* name_of(UnaryOp op) {
  static constexpr const char* kNames[] = {"-", "+",  "!",  "~",      "&",
                                           "*", "++", "--", "post++", "post--"};
  return kNames[static_cast<int>(op)];
}
const char* name_of(BinaryOp op) {
  static constexpr const char* kNames[] = {"+",  "-",  "*",  "/", "%", "<<", ">>", "<",  "<=", ">",
                                           ">=", "==", "!=", "&", "|", "^",  "&&", "||", ","};
  return kNames[static_cast<int>(op)];
}

std::string body(const std::vector<StmtPtr>& statements) {
  std::string text;
  for (const StmtPtr& statement : statements) text += (text.empty() ? "" : " ") + dump(*statement);
  return text;
}

struct ExprDump {
  std::string operator()(const IntLiteral& e) const {
    return std::to_string(e.value) + (e.is_unsigned ? "u" : "") + (e.is_long ? "l" : "");
  }
  std::string operator()(const FloatLiteral& e) const {
    std::string text = std::to_string(e.value);
    return text + (e.is_float ? "f" : "");
  }
  std::string operator()(const BoolLiteral& e) const { return e.value ? "true" : "false"; }
  std::string operator()(const StringLiteral& e) const { return "\"" + e.value + "\""; }
  std::string operator()(const NullLiteral&) const { return "null"; }
  std::string operator()(const NameExpr& e) const { return e.name + args(e.template_args); }
  std::string operator()(const UnaryExpr& e) const {
    return std::string("(") + name_of(e.op) + " " + dump(*e.operand) + ")";
  }
  std::string operator()(const BinaryExpr& e) const {
    return std::string("(") + name_of(e.op) + " " + dump(*e.left) + " " + dump(*e.right) + ")";
  }
  std::string operator()(const AssignExpr& e) const {
    return std::string("(") + (e.op ? name_of(*e.op) : "") + "= " + dump(*e.target) + " " +
           dump(*e.value) + ")";
  }
  std::string operator()(const ConditionalExpr& e) const {
    return "(? " + dump(*e.condition) + " " + dump(*e.then) + " " + dump(*e.otherwise) + ")";
  }
  std::string operator()(const MemberExpr& e) const {
    return dump(*e.object) + (e.arrow ? "->" : ".") + e.name + args(e.template_args);
  }
  std::string operator()(const CallExpr& e) const {
    return "(call " + dump(*e.callee) + list(e.args) + ")";
  }
  std::string operator()(const IndexExpr& e) const {
    return "(at " + dump(*e.object) + list(e.indices) + ")";
  }
  std::string operator()(const CastExpr& e) const {
    return "(cast " + to_string(e.type) + list(e.args) + ")";
  }
  std::string operator()(const InitListExpr& e) const {
    return "{" + to_string(e.type) + list(e.elements) + "}";
  }
  std::string operator()(const SizeOfExpr& e) const {
    return "(sizeof " + (e.operand ? dump(*e.operand) : to_string(e.type)) + ")";
  }
  std::string operator()(const LambdaExpr& e) const {
    std::string params;
    for (const Param& param : e.params)
      params += (params.empty() ? "" : ", ") + to_string(param.type) + " " + param.name;
    return "(lambda (" + params + ") " + dump(*e.body) + ")";
  }
  std::string operator()(const LaunchExpr& e) const {
    return "(launch " + e.kernel + args(e.template_args) + " [" + maybe(e.grid) + " " +
           maybe(e.block) + " " + maybe(e.shared) + " " + maybe(e.stream) + "]" + list(e.args) +
           ")";
  }
  std::string operator()(const DispatchExpr& e) const {
    std::string types;
    for (const std::string& type : e.scalar_types) types += (types.empty() ? "" : " ") + type;
    return "(dispatch " + e.alias + " {" + types + "} " + dump(*e.selector) + " " + dump(*e.body) +
           ")";
  }
};

std::string dump_declarator(const Declarator& d) {
  static constexpr const char* kStyles[] = {"", " =", " ()", " {}"};
  std::string names;
  for (const std::string& name : d.names) names += (names.empty() ? "" : ",") + name;
  std::string extents;
  for (const ExprPtr& extent : d.array_extents)
    extents += "[" + (extent ? dump(*extent) : "") + "]";
  return to_string(d.type) + " " + names + extents + kStyles[static_cast<int>(d.style)] +
         list(d.init);
}

struct StmtDump {
  std::string operator()(const DeclStmt& s) const {
    std::string text = std::string("(") + (s.is_static ? "static " : "") +
                       (s.is_constexpr ? "constexpr " : "") + "let";
    for (const Declarator& declarator : s.declarators)
      text += " (" + dump_declarator(declarator) + ")";
    return text + ")";
  }
  std::string operator()(const ExprStmt& s) const { return dump(*s.expr); }
  std::string operator()(const IfStmt& s) const {
    return std::string("(if") + (s.is_constexpr ? "-constexpr " : " ") +
           (s.init ? dump(*s.init) + " " : "") + dump(*s.condition) + " " + dump(*s.then) +
           (s.otherwise ? " " + dump(*s.otherwise) : "") + ")";
  }
  std::string operator()(const ForStmt& s) const {
    return "(for " + maybe(s.init) + " " + maybe(s.condition) + " " + maybe(s.step) + " " +
           dump(*s.body) + ")";
  }
  std::string operator()(const RangeForStmt& s) const {
    return "(each (" + dump_declarator(s.variable) + ") " + dump(*s.range) + " " + dump(*s.body) +
           ")";
  }
  std::string operator()(const WhileStmt& s) const {
    return std::string(s.is_do ? "(do " : "(while ") + dump(*s.condition) + " " + dump(*s.body) +
           ")";
  }
  std::string operator()(const SwitchStmt& s) const {
    std::string text = "(switch " + dump(*s.value);
    for (const SwitchCase& branch : s.cases) {
      text += std::string(" (") + (branch.is_default ? "default" : "case") + list(branch.labels) +
              ": " + body(branch.body) + ")";
    }
    return text + ")";
  }
  std::string operator()(const ReturnStmt& s) const {
    return s.value ? "(return " + dump(*s.value) + ")" : "(return)";
  }
  std::string operator()(const BreakStmt&) const { return "(break)"; }
  std::string operator()(const ContinueStmt&) const { return "(continue)"; }
  std::string operator()(const BlockStmt& s) const { return "[" + body(s.body) + "]"; }
  std::string operator()(const ThrowStmt& s) const {
    return s.value ? "(throw " + dump(*s.value) + ")" : "(throw)";
  }
  std::string operator()(const UsingStmt& s) const {
    return "(using " + s.name + " " + to_string(s.type) + ")";
  }
};

}  // namespace

std::string dump(const Expr& expr) { return std::visit(ExprDump{}, expr.node); }
std::string dump(const Stmt& stmt) { return std::visit(StmtDump{}, stmt.node); }
std::string dump(const TemplateArg& arg) {
  return arg.type ? to_string(*arg.type) : "=" + dump(*arg.expr);
}

Program parsed(const std::string& source, const ParseOptions& options) {
  auto result = parse("test.cu", source, options);
  if (!result) throw std::runtime_error(render(result.error(), "test.cu", source));
  return std::move(result.value());
}

const Function& function_of(const Program& program, const std::string& name) {
  const auto functions = program.functions(name);
  if (functions.size() != 1) throw std::runtime_error("not one host function " + name);
  const auto& function = functions.front()->parsed();
  if (!function) throw std::runtime_error(render(function.error(), "test.cu", program.source()));
  return **function;
}

std::string dump_body(const std::string& text, const std::string& declarations) {
  const Program program = parsed(declarations + "\nvoid f() {" + text + "}");
  const Function& function = function_of(program, "f");
  return body(std::get<BlockStmt>(function.body->node).body);
}

std::string error_in(const std::string& source, const std::string& function) {
  const auto text = [](const Diagnostic& d) {
    return std::to_string(d.pos.line) + ":" + std::to_string(d.pos.column) + ": " + d.message +
           (d.accepted.empty() ? "" : " [" + d.accepted + "]");
  };
  const auto program = parse("test.cu", source);
  if (!program) return text(program.error());
  for (const HostFunction* candidate : program->functions(function)) {
    if (!candidate->parsed()) return text(candidate->parsed().error());
  }
  return "ok";
}

}  // namespace cudal1::program
