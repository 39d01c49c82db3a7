// The operands of a statement.
#pragma once

#include <string_view>
#include <vector>

#include "lexer.h"
#include "register_scopes.h"
#include "syntax.h"

namespace cudal1::sim {

class OperandParser {
 public:
  OperandParser(Lexer& lex, const RegisterScopes& registers) : lex_(lex), registers_(registers) {}

  Operand parse();

 private:
  std::vector<Operand> parse_elements(std::string_view close);
  Operand parse_name();
  Operand parse_address();
  int64_t parse_offset();

  Lexer& lex_;
  const RegisterScopes& registers_;
};

}  // namespace cudal1::sim
