#include "parser.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "lexer.h"

namespace cudal1::sim {
namespace {

std::optional<Space> space_named(std::string_view word) {
  if (word == ".global") return Space::kGlobal;
  if (word == ".const") return Space::kConst;
  if (word == ".shared") return Space::kShared;
  if (word == ".local") return Space::kLocal;
  if (word == ".param") return Space::kParam;
  return std::nullopt;
}

bool is_linkage(std::string_view word) {
  return word == ".visible" || word == ".extern" || word == ".weak" || word == ".common";
}

// The body of one function: statements, with register and label names resolved by scope.
class BodyParser {
 public:
  BodyParser(Lexer& lex, ParsedFunction& function) : lex_(lex), function_(function) {}

  using Position = std::tuple<uint32_t, int, int>;  // file, line, column

  void parse() {
    open_scope(0);
    lex_.expect("{");
    while (!lex_.peek().is("}") || depth_ > 1) parse_item();
    lex_.expect("}");
  }

 private:
  void open_scope(uint32_t parent) {
    function_.scope_parent.push_back(parent);
    function_.labels.emplace_back();
    names_.emplace_back();
    scope_ = uint32_t(function_.scope_parent.size() - 1);
    ++depth_;
  }

  void parse_item() {
    const Token& token = lex_.peek();
    if (token.kind == TokenKind::kEnd)
      throw SyntaxError(token.line,
                        "the body of " + std::string(function_.name) + " is never closed");
    if (lex_.accept("{")) return open_scope(scope_);
    if (lex_.accept("}")) {
      scope_ = function_.scope_parent[scope_];
      --depth_;
      return;
    }
    if (lex_.accept(";")) return;
    if (token.is("@")) return parse_statement();
    if (token.kind != TokenKind::kWord)
      throw SyntaxError(token.line,
                        "expected an instruction but found '" + std::string(token.text) + "'");
    if (token.text[0] == '.' && token.text.size() > 1) return parse_directive();
    parse_statement();
  }

  void parse_directive() {
    const Token word = lex_.take();
    if (word.is(".reg")) return parse_registers();
    if (word.is(".loc")) return parse_loc();
    if (word.is(".pragma")) {
      lex_.take();
      return void(lex_.expect(";"));
    }
    if (space_named(word.text)) return parse_local(*space_named(word.text));
    if (word.is(".section")) {
      lex_.take();
      return lex_.skip_braces();
    }
    throw SyntaxError(word.line, "unknown directive " + std::string(word.text));
  }

  void parse_loc() {
    const Position here = parse_position();
    std::optional<Position> caller;
    while (lex_.accept(",")) {
      if (lex_.accept("function_name")) {
        lex_.expect_word();
        if (lex_.accept("+")) lex_.expect_integer();
      } else {
        lex_.expect("inlined_at");
        caller = parse_position();
      }
    }
    if (caller)
      inlined_at_[here] = *caller;
    else
      inlined_at_.erase(here);
    // Line 0 is the compiler's "nowhere": the last line stands.
    if (std::get<1>(here) > 0) source_ = user_line(here);
  }

  Position parse_position() {
    const auto file = uint32_t(lex_.expect_integer());
    const auto line = int(lex_.expect_integer());
    return {file, line, int(lex_.expect_integer())};
  }

  // Of the places that inlining stacks up, the innermost in the file of the outermost: where the
  // user's own code stands when it has called into a header.
  SourceLine user_line(const Position& innermost) const {
    std::vector<Position> stack{innermost};
    for (auto next = inlined_at_.find(innermost); next != inlined_at_.end() && stack.size() < 64;
         next = inlined_at_.find(next->second))
      stack.push_back(next->second);
    for (const Position& at : stack)
      if (std::get<0>(at) == std::get<0>(stack.back())) return {std::get<0>(at), std::get<1>(at)};
    return {};
  }

  void parse_registers() {
    int vector = 1;
    if (lex_.accept(".v2"))
      vector = 2;
    else if (lex_.accept(".v4"))
      vector = 4;
    const Token word = lex_.take();
    const auto type = word.text.empty() ? std::nullopt : type_named(word.text.substr(1));
    if (!type) throw SyntaxError(word.line, "unknown register type " + std::string(word.text));
    do {
      const std::string_view name = lex_.expect_word();
      if (lex_.accept("<")) {
        const int64_t count = lex_.expect_integer();
        if (count < 0 || count > 4'000'000)
          throw SyntaxError(word.line, "unreasonable register count");
        lex_.expect(">");
        numbered_[scope_key(name)] = {int(function_.registers.size()), int(count)};
        for (int64_t i = 0; i < count; ++i) function_.registers.push_back({*type});
      } else if (vector > 1) {
        for (int i = 0; i < vector; ++i)
          names_[scope_][std::string(name) + "." + "xyzw"[i]] = new_register(*type);
      } else {
        names_[scope_][std::string(name)] = new_register(*type);
      }
    } while (lex_.accept(","));
    lex_.expect(";");
  }

  int new_register(Type type) {
    function_.registers.push_back({type});
    return int(function_.registers.size()) - 1;
  }

  std::string scope_key(std::string_view prefix) const {
    return std::to_string(scope_) + ":" + std::string(prefix);
  }

  int find_register(std::string_view name) const {
    for (uint32_t scope = scope_;; scope = function_.scope_parent[scope]) {
      const auto found = names_[scope].find(name);
      if (found != names_[scope].end()) return found->second;
      const size_t digits = name.find_last_not_of("0123456789") + 1;
      if (digits < name.size()) {
        int number = 0;
        std::from_chars(name.data() + digits, name.data() + name.size(), number);
        const auto range =
            numbered_.find(std::to_string(scope) + ":" + std::string(name.substr(0, digits)));
        if (range != numbered_.end() && number < range->second.second)
          return range->second.first + number;
      }
      if (scope == 0) return -1;
    }
  }

  void parse_local(Space space);

  void parse_statement() {
    Statement statement;
    statement.line = lex_.peek().line;
    statement.scope = scope_;
    statement.source = source_;
    if (lex_.accept("@")) {
      statement.guard_negated = lex_.accept("!");
      const std::string_view name = lex_.expect_word();
      statement.guard = find_register(name);
      if (statement.guard < 0)
        throw SyntaxError(statement.line, "unknown predicate " + std::string(name));
    }
    const std::string_view word = lex_.expect_word();
    if (lex_.accept(":")) return parse_label(word, statement.line);
    split(word, statement);
    while (!lex_.peek().is(";")) {
      statement.operands.push_back(parse_operand());
      if (!lex_.accept(",")) break;
    }
    if (!lex_.peek().is(";"))
      throw SyntaxError(lex_.peek().line, "expected ';' after " + std::string(statement.text) +
                                              " but found '" + std::string(lex_.peek().text) + "'");
    lex_.take();
    function_.body.push_back(std::move(statement));
  }

  void parse_label(std::string_view name, int line) {
    if (lex_.accept(".branchtargets") || lex_.accept(".calltargets")) {
      auto& targets = function_.branch_targets[name];
      do targets.push_back(lex_.expect_word());
      while (lex_.accept(","));
      lex_.expect(";");
      return;
    }
    if (lex_.accept(".callprototype")) {
      while (!lex_.accept(";"))
        if (lex_.take().kind == TokenKind::kEnd)
          throw SyntaxError(line, "a .callprototype is never closed");
      return;
    }
    if (!function_.labels[scope_].emplace(name, uint32_t(function_.body.size())).second)
      throw SyntaxError(line, "label " + std::string(name) + " is defined twice");
  }

  static void split(std::string_view word, Statement& statement) {
    statement.text = word;
    size_t begin = 0;
    for (size_t dot = word.find('.'); begin != std::string_view::npos;
         dot = word.find('.', begin)) {
      const std::string_view part = word.substr(begin, dot - begin);
      if (begin == 0)
        statement.opcode = part;
      else
        statement.modifiers.push_back(part);
      if (dot == std::string_view::npos) break;
      begin = dot + 1;
    }
  }

  std::vector<Operand> parse_elements(std::string_view close) {
    std::vector<Operand> elements;
    if (lex_.accept(close)) return elements;
    do elements.push_back(parse_operand());
    while (lex_.accept(","));
    lex_.expect(close);
    return elements;
  }

  Operand parse_operand() {
    Operand operand;
    const Token token = lex_.peek();
    if (lex_.accept("{")) {
      operand.kind = OperandKind::kVector;
      operand.elements = parse_elements("}");
    } else if (lex_.accept("(")) {
      operand.kind = OperandKind::kList;
      operand.elements = parse_elements(")");
    } else if (lex_.accept("[")) {
      return parse_address();
    } else if (lex_.accept("!")) {
      operand = parse_operand();
      operand.negated = true;
    } else if (token.is("-") || token.kind == TokenKind::kInteger) {
      operand.kind = OperandKind::kInteger;
      operand.value = lex_.expect_integer();
    } else if (token.kind == TokenKind::kFloat32 || token.kind == TokenKind::kFloat64) {
      operand.kind =
          token.kind == TokenKind::kFloat32 ? OperandKind::kFloat32 : OperandKind::kFloat64;
      operand.value = int64_t(lex_.take().bits);
    } else {
      parse_name(operand);
    }
    return operand;
  }

  void parse_name(Operand& operand) {
    operand.name = lex_.expect_word();
    if (operand.name == "_") return;
    operand.reg = find_register(operand.name);
    operand.kind =
        operand.reg >= 0 || operand.name[0] == '%' ? OperandKind::kRegister : OperandKind::kSymbol;
    if (lex_.accept("|")) {
      const std::string_view second = lex_.expect_word();
      operand.second = find_register(second);
    } else if (operand.kind == OperandKind::kSymbol) {
      if (lex_.accept("+"))
        operand.value = lex_.expect_integer();
      else if (lex_.peek().is("-"))
        operand.value = lex_.expect_integer();
    }
  }

  Operand parse_address() {
    Operand operand;
    operand.kind = OperandKind::kAddress;
    if (lex_.peek().kind == TokenKind::kWord) {
      operand.name = lex_.expect_word();
      operand.reg = find_register(operand.name);
      if (lex_.accept("+"))
        operand.value = lex_.expect_integer();
      else if (lex_.peek().is("-"))
        operand.value = lex_.expect_integer();
    } else {
      operand.value = lex_.expect_integer();
    }
    while (lex_.accept(",")) operand.elements.push_back(parse_operand());
    lex_.expect("]");
    return operand;
  }

  Lexer& lex_;
  ParsedFunction& function_;
  std::vector<std::map<std::string, int, std::less<>>> names_;
  std::map<std::string, std::pair<int, int>> numbered_;  // "scope:%r" → first, count
  uint32_t scope_ = 0;
  int depth_ = 0;
  SourceLine source_;
  std::map<Position, Position> inlined_at_;  // where the code of a position was called from
};

// ".align 4 .b8 name[16] = {…}" after the space has been read.
class VariableParser {
 public:
  explicit VariableParser(Lexer& lex) : lex_(lex) {}

  Variable parse(Space space) {
    Variable variable;
    variable.space = space;
    bool has_align = false;
    while (lex_.peek().kind == TokenKind::kWord && lex_.peek().text[0] == '.') {
      const Token word = lex_.take();
      if (word.is(".align")) {
        const int64_t align = lex_.expect_integer();
        if (align < 1 || align > 4096 || (align & (align - 1)) != 0)
          throw SyntaxError(word.line, "bad alignment");
        // After .ptr the alignment is that of the memory pointed to.
        if (!after_ptr_) variable.align = uint32_t(align), has_align = true;
      } else if (word.is(".ptr")) {
        after_ptr_ = true;
      } else if (word.is(".v2") || word.is(".v4")) {
        vector_ = word.text[2] - '0';
      } else if (auto type = type_named(word.text.substr(1))) {
        variable.type = *type;
      } else if (!space_named(word.text) && !is_attribute(word.text)) {
        throw SyntaxError(word.line, "unknown type " + std::string(word.text));
      } else if (word.is(".attribute")) {
        while (!lex_.accept(")")) lex_.take();
      }
    }
    if (variable.type == Type::kNone)
      throw SyntaxError(lex_.peek().line, "a variable without a type");
    variable.name = lex_.expect_word();
    variable.count = uint64_t(vector_);
    if (!has_align) variable.align = bytes_of(variable.type) * uint32_t(vector_);
    while (lex_.accept("[")) parse_extent(variable);
    return variable;
  }

  void parse_initialiser(Variable& variable) {
    if (!lex_.accept("=")) return;
    parse_value(variable);
  }

 private:
  static bool is_attribute(std::string_view word) {
    return word == ".attribute" || word == ".managed";
  }

  void parse_extent(Variable& variable) {
    if (lex_.accept("]")) {
      variable.count = 0;
      return;
    }
    const int line = lex_.peek().line;
    const int64_t extent = lex_.expect_integer();
    if (extent < 0 || extent > (int64_t(1) << 32))
      throw SyntaxError(line, "unreasonable array size");
    variable.count *= uint64_t(extent);
    lex_.expect("]");
  }

  void parse_value(Variable& variable) {
    if (lex_.accept("{")) {
      if (lex_.accept("}")) return;
      do parse_value(variable);
      while (lex_.accept(","));
      lex_.expect("}");
      return;
    }
    Variable::Initialiser init;
    if (lex_.peek().kind == TokenKind::kWord) {
      parse_symbol(init);
    } else if (lex_.peek().kind == TokenKind::kFloat32 || lex_.peek().kind == TokenKind::kFloat64) {
      init.bits = lex_.take().bits;
    } else {
      init.bits = uint64_t(lex_.expect_integer());
      if (lex_.accept("(")) {  // mask form: 0xFF00(symbol)
        const uint64_t mask = init.bits;
        init = {};
        for (uint64_t m = mask; m != 0 && (m & 0xff) == 0; m >>= 8) init.shift += 8;
        parse_symbol(init);
        lex_.expect(")");
      }
    }
    variable.init.push_back(init);
  }

  void parse_symbol(Variable::Initialiser& init) {
    init.symbol = lex_.expect_word();
    if (init.symbol == "generic") {
      lex_.expect("(");
      init.symbol = lex_.expect_word();
      lex_.expect(")");
    }
    if (lex_.accept("+")) init.bits = uint64_t(lex_.expect_integer());
  }

  Lexer& lex_;
  bool after_ptr_ = false;
  int vector_ = 1;
};

void BodyParser::parse_local(Space space) {
  do {
    VariableParser parser(lex_);
    function_.locals.push_back(parser.parse(space));
    function_.locals.back().scope = scope_;
  } while (lex_.accept(","));
  lex_.expect(";");
}

class ModuleParser {
 public:
  explicit ModuleParser(std::string_view text) : lex_(text) {}

  ParsedModule parse() {
    while (lex_.peek().kind != TokenKind::kEnd) parse_item();
    return std::move(module_);
  }

 private:
  void parse_item() {
    const Token word = lex_.take();
    if (word.is(".version") || word.is(".address_size")) {
      lex_.take();
    } else if (word.is(".target")) {
      do lex_.take();
      while (lex_.accept(","));
    } else if (word.is(".file")) {
      const auto index = uint32_t(lex_.expect_integer());
      module_.files[index] = std::string(lex_.take().text);
      while (lex_.accept(",")) lex_.expect_integer();
    } else if (word.is(".section")) {
      lex_.take();
      lex_.skip_braces();
    } else if (word.is(".pragma") || word.is(".alias")) {
      while (!lex_.accept(";"))
        if (lex_.take().kind == TokenKind::kEnd)
          throw SyntaxError(word.line, "a directive is never closed");
    } else if (is_linkage(word.text)) {
      is_extern_ = is_extern_ || word.is(".extern");
    } else if (word.is(".entry") || word.is(".func")) {
      parse_function(word.is(".entry"));
    } else if (auto space = space_named(word.text)) {
      parse_variable(*space);
    } else if (!word.is(";")) {
      throw SyntaxError(word.line,
                        "expected a directive but found '" + std::string(word.text) + "'");
    }
  }

  void parse_variable(Space space) {
    VariableParser parser(lex_);
    Variable variable = parser.parse(space);
    parser.parse_initialiser(variable);
    lex_.expect(";");
    if (variable.count == 0 && !variable.init.empty()) variable.count = variable.init.size();
    variable.is_extern = std::exchange(is_extern_, false);
    module_.variables.push_back(std::move(variable));
  }

  std::vector<Variable> parse_params() {
    std::vector<Variable> params;
    lex_.expect("(");
    if (lex_.accept(")")) return params;
    do {
      VariableParser parser(lex_);
      params.push_back(parser.parse(Space::kParam));
    } while (lex_.accept(","));
    lex_.expect(")");
    return params;
  }

  void parse_function(bool is_kernel) {
    is_extern_ = false;
    ParsedFunction function;
    function.is_kernel = is_kernel;
    if (lex_.peek().is("(")) function.returns = parse_params();
    function.name = lex_.expect_word();
    if (lex_.peek().is("(")) function.params = parse_params();
    while (!lex_.peek().is("{") && !lex_.peek().is(";")) parse_attribute(function);
    if (!lex_.accept(";")) {
      function.has_body = true;
      BodyParser(lex_, function).parse();
    }
    auto& all = module_.functions;
    const auto known =
        std::find_if(all.begin(), all.end(), [&](auto& f) { return f.name == function.name; });
    if (known == all.end())
      all.push_back(std::move(function));
    else if (function.has_body)
      *known = std::move(function);
  }

  void parse_attribute(ParsedFunction& function) {
    const Token word = lex_.take();
    if (word.kind == TokenKind::kEnd)
      throw SyntaxError(word.line, "a function header is never closed");
    if (!word.is(".maxntid") && !word.is(".reqntid")) return;
    uint64_t product = 1;
    do {
      const auto extent = uint32_t(lex_.expect_integer());
      product *= extent;
      if (word.is(".reqntid")) function.required_threads.push_back(extent);
    } while (lex_.accept(","));
    function.max_threads = uint32_t(product);
  }

  Lexer lex_;
  ParsedModule module_;
  bool is_extern_ = false;
};

}  // namespace

ParsedModule parse_module(std::string_view text) { return ModuleParser(text).parse(); }

}  // namespace cudal1::sim
