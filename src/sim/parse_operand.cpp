#include "parse_operand.h"

namespace cudal1::sim {

Operand OperandParser::parse() {
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
    operand = parse();
    operand.negated = true;
  } else if (token.is("-") || token.kind == TokenKind::kInteger) {
    operand.kind = OperandKind::kInteger;
    operand.value = lex_.expect_integer();
  } else if (token.kind == TokenKind::kFloat32 || token.kind == TokenKind::kFloat64) {
    operand.kind =
        token.kind == TokenKind::kFloat32 ? OperandKind::kFloat32 : OperandKind::kFloat64;
    operand.value = int64_t(lex_.take().bits);
  } else {
    return parse_name();
  }
  return operand;
}

std::vector<Operand> OperandParser::parse_elements(std::string_view close) {
  std::vector<Operand> elements;
  if (lex_.accept(close)) return elements;
  do elements.push_back(parse());
  while (lex_.accept(","));
  lex_.expect(close);
  return elements;
}

Operand OperandParser::parse_name() {
  Operand operand;
  operand.name = lex_.expect_word();
  if (operand.name == "_") return operand;
  operand.reg = registers_.find(operand.name);
  operand.kind =
      operand.reg >= 0 || operand.name[0] == '%' ? OperandKind::kRegister : OperandKind::kSymbol;
  if (lex_.accept("|"))
    operand.second = registers_.find(lex_.expect_word());
  else if (operand.kind == OperandKind::kSymbol)
    operand.value = parse_offset();
  return operand;
}

Operand OperandParser::parse_address() {
  Operand operand;
  operand.kind = OperandKind::kAddress;
  if (lex_.peek().kind == TokenKind::kWord) {
    operand.name = lex_.expect_word();
    operand.reg = registers_.find(operand.name);
    operand.value = parse_offset();
  } else {
    operand.value = lex_.expect_integer();
  }
  while (lex_.accept(",")) operand.elements.push_back(parse());
  lex_.expect("]");
  return operand;
}

int64_t OperandParser::parse_offset() {
  return lex_.accept("+") || lex_.peek().is("-") ? lex_.expect_integer() : 0;
}

}  // namespace cudal1::sim
