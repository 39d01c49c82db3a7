#include "parse_variable.h"

#include <string>

namespace cudal1::sim {
namespace {

bool is_attribute(std::string_view word) { return word == ".attribute" || word == ".managed"; }

}  // namespace

std::optional<Space> space_named(std::string_view word) {
  if (word == ".global") return Space::kGlobal;
  if (word == ".const") return Space::kConst;
  if (word == ".shared") return Space::kShared;
  if (word == ".local") return Space::kLocal;
  if (word == ".param") return Space::kParam;
  return std::nullopt;
}

Variable VariableParser::parse(Space space) {
  Variable variable;
  variable.space = space;
  parse_type(variable);
  variable.name = lex_.expect_word();
  variable.count = uint64_t(vector_);
  if (!has_align_) variable.align = bytes_of(variable.type) * uint32_t(vector_);
  while (lex_.accept("[")) parse_extent(variable);
  return variable;
}

void VariableParser::parse_type(Variable& variable) {
  while (lex_.peek().kind == TokenKind::kWord && lex_.peek().text[0] == '.')
    parse_property(variable, lex_.take());
  if (variable.type == Type::kNone)
    throw SyntaxError(lex_.peek().line, "a variable without a type");
}

void VariableParser::parse_property(Variable& variable, const Token& word) {
  if (word.is(".align")) {
    parse_align(variable, word.line);
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

void VariableParser::parse_align(Variable& variable, int line) {
  const int64_t align = lex_.expect_integer();
  if (align < 1 || align > 4096 || (align & (align - 1)) != 0)
    throw SyntaxError(line, "bad alignment");
  // After .ptr the alignment is that of the memory pointed to.
  if (!after_ptr_) variable.align = uint32_t(align), has_align_ = true;
}

void VariableParser::parse_extent(Variable& variable) {
  if (lex_.accept("]")) {
    variable.count = 0;
    return;
  }
  const int line = lex_.peek().line;
  const int64_t extent = lex_.expect_integer();
  constexpr uint64_t kMost = uint64_t(1) << 32;  // elements
  if (extent < 0 || uint64_t(extent) > kMost ||
      (extent > 0 && variable.count > kMost / uint64_t(extent)))
    throw SyntaxError(line, "unreasonable array size");
  variable.count *= uint64_t(extent);
  lex_.expect("]");
}

void VariableParser::parse_initialiser(Variable& variable) {
  if (!lex_.accept("=")) return;
  parse_value(variable);
}

void VariableParser::parse_value(Variable& variable) {
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
    if (lex_.accept("(")) parse_masked(init);
  }
  variable.init.push_back(init);
}

// The symbol of 0xFF00(symbol), whose mask init.bits holds.
void VariableParser::parse_masked(Variable::Initialiser& init) {
  const uint64_t mask = init.bits;
  init = {};
  for (uint64_t m = mask; m != 0 && (m & 0xff) == 0; m >>= 8) init.shift += 8;
  parse_symbol(init);
  lex_.expect(")");
}

void VariableParser::parse_symbol(Variable::Initialiser& init) {
  init.symbol = lex_.expect_word();
  if (init.symbol == "generic") {
    lex_.expect("(");
    init.symbol = lex_.expect_word();
    lex_.expect(")");
  }
  if (lex_.accept("+")) init.bits = uint64_t(lex_.expect_integer());
}

}  // namespace cudal1::sim
