#include "parser.h"

#include <algorithm>
#include <utility>

#include "lexer.h"
#include "parse_body.h"
#include "parse_variable.h"

namespace cudal1::sim {
namespace {

bool is_linkage(std::string_view word) {
  return word == ".visible" || word == ".extern" || word == ".weak" || word == ".common";
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
      parse_body(lex_, function);
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
