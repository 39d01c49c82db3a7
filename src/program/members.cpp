#include "program/members.h"

#include "program/brackets.h"
#include "program/host_function.h"
#include "program/parser.h"

namespace cudal1::program {
namespace {

// One constant: tokens [begin, end) are its value (empty: one more than the one before).
struct Constant {
  std::string name;
  SourcePos pos;
  size_t declaration = 0, name_at = 0, end = 0;  // of a static member: the whole of it
  size_t value_begin = 0, value_end = 0;         // of an enumerator
};

bool is_enum(const Tokens& tokens, const Item& item) {
  return item.kind == ItemKind::kType && tokens[item.begin].is("enum");
}

std::string prefix_of(const Tokens& tokens, const Item& item) {
  const bool unscoped = is_enum(tokens, item) && !tokens[item.begin + 1].is("class") &&
                        !tokens[item.begin + 1].is("struct");
  return unscoped ? item.scope : item.qualified() + "::";
}

size_t behind_group(const Tokens& tokens, size_t i) {
  int depth = 0;
  do {
    if (tokens[i].is("(") || tokens[i].is("[") || tokens[i].is("{")) ++depth;
    if (tokens[i].is(")") || tokens[i].is("]") || tokens[i].is("}")) --depth;
    ++i;
  } while (depth > 0 && i < tokens.size());
  return i;
}

std::vector<Constant> enumerators(const Tokens& tokens, const Item& item) {
  std::vector<Constant> found;
  const size_t close = behind_group(tokens, item.body_at) - 1;
  for (size_t i = item.body_at + 1; i < close; ++i) {
    Constant constant{tokens[i].text, tokens[i].pos};
    size_t end = ++i;
    while (end < close && !tokens[end].is(",")) end = behind_group(tokens, end);
    if (i < end && tokens[i].is("=")) constant.value_begin = i + 1, constant.value_end = end;
    found.push_back(std::move(constant));
    i = end;
  }
  return found;
}

// static constexpr int N = 4; at the top level of a struct that is no template.
std::vector<Constant> static_members(const Tokens& tokens, const Item& item) {
  std::vector<Constant> found;
  if (item.template_end > item.template_begin) return found;
  const size_t close = behind_group(tokens, item.body_at) - 1;
  for (size_t i = item.body_at + 1; i < close;) {
    size_t end = i, assign = 0;
    bool is_static = false;
    while (end < close && !tokens[end].is(";") && !tokens[end].is("}")) {
      is_static |= tokens[end].is("static");
      if (tokens[end].is("=") && assign == 0) assign = end;
      const bool body = tokens[end].is("{") && assign == 0;
      end = behind_group(tokens, end);
      if (body) break;
    }
    if (is_static && assign > i && end < close && tokens[end].is(";") &&
        tokens[assign - 1].is_identifier()) {
      Constant constant{tokens[assign - 1].text, tokens[assign - 1].pos};
      constant.declaration = i;
      constant.name_at = assign - 1;
      constant.end = end + 1;
      found.push_back(std::move(constant));
    }
    i = end + (end < close && tokens[end].is(";") ? 1 : 0);
    if (i == end && i < close && tokens[i].is("}")) ++i;
  }
  return found;
}

std::vector<Constant> constants_of(const Tokens& tokens, const Item& item) {
  if (item.body_at == 0) return {};
  return is_enum(tokens, item) ? enumerators(tokens, item) : static_members(tokens, item);
}

StmtPtr int_constant(const std::string& name, SourcePos pos, ExprPtr value) {
  Declarator declarator;
  declarator.pos = pos;
  declarator.names = {name};
  declarator.type.pos = pos;
  declarator.type.name = "int";
  declarator.type.is_const = true;
  declarator.style = InitStyle::kCopy;
  declarator.init.push_back(std::move(value));
  DeclStmt statement;
  statement.is_constexpr = true;
  statement.declarators.push_back(std::move(declarator));
  return make_stmt(pos, std::move(statement));
}

void add_enumerators(const Tokens& tokens, const Item& item, const Names& names,
                     std::vector<StmtPtr>* globals) {
  const std::string prefix = prefix_of(tokens, item);
  std::string previous;
  for (const Constant& constant : enumerators(tokens, item)) {
    ExprPtr value;
    if (constant.value_end > constant.value_begin) {
      value = Parser(tokens, constant.value_begin, constant.value_end, names).expression();
    } else if (previous.empty()) {
      value = make_expr(constant.pos, IntLiteral{0});
    } else {
      value = make_expr(constant.pos,
                        BinaryExpr{BinaryOp::kAdd, make_expr(constant.pos, NameExpr{previous, {}}),
                                   make_expr(constant.pos, IntLiteral{1})});
    }
    previous = prefix + constant.name;
    globals->push_back(int_constant(previous, constant.pos, std::move(value)));
  }
}

void add_static_members(const Tokens& tokens, const Item& item, const Names& names,
                        std::vector<StmtPtr>* globals) {
  for (const Constant& constant : static_members(tokens, item)) {
    Item variable;
    variable.begin = constant.declaration;
    variable.name_at = constant.name_at;
    variable.end = constant.end;
    StmtPtr statement = parse_variable(tokens, names, variable);
    std::get<DeclStmt>(statement->node).declarators.front().names = {prefix_of(tokens, item) +
                                                                     constant.name};
    std::get<DeclStmt>(statement->node).is_constexpr = true;  // static const or constexpr members alone
    globals->push_back(std::move(statement));
  }
}

}  // namespace

void name_members(const Tokens& tokens, const Item& item, Names* names) {
  for (const Constant& constant : constants_of(tokens, item)) {
    names->add(prefix_of(tokens, item) + constant.name, NameKind::kVariable);
  }
}

void add_type_members(const Tokens& tokens, const Item& item, const Names& names,
                      std::vector<StmtPtr>* globals) {
  try {
    if (item.kind == ItemKind::kAlias) {
      Parser parser(tokens, item.begin, item.end, names);
      if (parser.peek().is("using") || parser.peek().is("typedef"))
        globals->push_back(parser.using_or_typedef());
    } else if (is_enum(tokens, item) && item.body_at != 0) {
      add_enumerators(tokens, item, names, globals);
    } else if (item.body_at != 0) {
      add_static_members(tokens, item, names, globals);
    }
  } catch (const SyntaxError&) {
    return;  // nobody may need it; who does is told that the name is not known
  }
}

}  // namespace cudal1::program
