// ".align 4 .b8 name[16] = {…}" after the space has been read.
#pragma once

#include <optional>
#include <string_view>

#include "lexer.h"
#include "syntax.h"

namespace cudal1::sim {

// The space of ".shared" and its like; nothing for a word that names none.
std::optional<Space> space_named(std::string_view word);

class VariableParser {
 public:
  explicit VariableParser(Lexer& lex) : lex_(lex) {}

  Variable parse(Space space);
  void parse_initialiser(Variable& variable);

 private:
  void parse_type(Variable& variable);
  void parse_property(Variable& variable, const Token& word);
  void parse_align(Variable& variable, int line);
  void parse_extent(Variable& variable);
  void parse_value(Variable& variable);
  void parse_masked(Variable::Initialiser& init);
  void parse_symbol(Variable::Initialiser& init);

  Lexer& lex_;
  bool after_ptr_ = false;
  bool has_align_ = false;
  int vector_ = 1;
};

}  // namespace cudal1::sim
