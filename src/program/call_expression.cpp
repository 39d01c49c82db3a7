#include "program/call_expression.h"

#include "program/brackets.h"
#include "program/expand.h"
#include "program/lexer.h"
#include "program/parser.h"

namespace cudal1::program {
namespace {

constexpr const char* kForm =
    "function(arguments) or kernel<<<grid, block>>>(arguments), arrays as x[n]";

class CallParser {
 public:
  CallParser(const std::string& expression, const MacroTable& macros, const Names& names)
      : tokens_(lex(expression)), macros_(macros), names_(names) {
    if (tokens_.size() > 1 && tokens_[tokens_.size() - 2].is(";")) tokens_.erase(tokens_.end() - 2);
    check_syntax();
    match_ = match_brackets(tokens_);
  }

  CallExpression run() {
    size_t at = 0;
    for (; tokens_[at].is_identifier() || tokens_[at].is("::"); ++at)
      call_.name += tokens_[at].text;
    if (call_.name.empty()) fail(0, "this does not start with the name of a function or kernel");
    if (tokens_[at].is("<")) at = template_args(at);
    if (tokens_[at].is("<<<")) at = config(at);
    if (!tokens_[at].is("(")) fail(at, "expected '(' before the arguments");
    if (tokens_[match_[at] + 1].kind != TokenKind::kEnd)
      fail(match_[at] + 1, "only one call is taken");
    args(at + 1, match_[at]);
    return std::move(call_);
  }

 private:
  [[noreturn]] void fail(size_t at, std::string message) const {
    throw SyntaxError{{tokens_[at].pos, std::move(message), kForm}};
  }

  // Errors of syntax are told in terms of what the user wrote.
  void check_syntax() const {
    Tokens expanded = tokens_;
    expanded.pop_back();
    expanded = expand(macros_, std::move(expanded));
    if (expanded.empty()) throw SyntaxError{{{1, 1}, "the call is empty", kForm}};
    Parser parser(expanded, 0, expanded.size(), names_);
    parser.expression();
    parser.expect_end();
  }

  size_t template_args(size_t at) {
    int depth = 0;
    size_t end = at;
    size_t begin = at + 1;
    for (; end + 1 < tokens_.size(); ++end) {
      if (tokens_[end].is("<")) ++depth;
      const bool closes = tokens_[end].is(">") && --depth == 0;
      if (closes || (depth == 1 && tokens_[end].is(","))) {
        call_.template_arg_list.push_back(spell(tokens_, begin, end));
        begin = end + 1;
      }
      if (closes) break;
    }
    call_.template_args = spell(tokens_, at, end + 1);
    note_free(at + 1, end);
    return end + 1;
  }

  size_t config(size_t at) {
    call_.is_launch = true;
    size_t end = at + 1;
    const auto closes = [&](size_t i) {
      return tokens_[i].is(">") && tokens_[i + 1].is(">") && tokens_[i + 2].is(">");
    };
    while (!closes(end)) end = std::max(end + 1, match_[end] + 1);
    call_.config = spell(tokens_, at + 1, end);
    note_free(at + 1, end);
    return end + 3;
  }

  void args(size_t begin, size_t end) {
    while (begin < end) {
      size_t next = begin;
      while (next < end && !tokens_[next].is(",")) next = past(next, end);
      call_.args.push_back(arg(begin, next));
      begin = next + 1;
    }
  }

  // Behind a bracket group, or behind template arguments when a '>' closes them before a '('.
  size_t past(size_t i, size_t end) const {
    if (!tokens_[i].is("<")) return std::max(match_[i], i) + 1;
    for (size_t k = i + 1;
         k + 1 < end && (tokens_[k].is_identifier() || tokens_[k].is("::") || tokens_[k].is(",") ||
                         tokens_[k].kind == TokenKind::kNumber || tokens_[k].is(">"));
         ++k) {
      if (tokens_[k].is(">") && tokens_[k + 1].is("(")) return k + 1;
    }
    return i + 1;
  }

  CallArg arg(size_t begin, size_t end) {
    CallArg arg;
    arg.text = spell(tokens_, begin, end);
    const bool array = end > begin + 3 && tokens_[begin].is_identifier() &&
                       tokens_[begin + 1].is("[") && match_[begin + 1] == end - 1;
    if (array) {
      arg.array = tokens_[begin].text;
      arg.extents = spell(tokens_, begin + 2, end - 1);
      note_free(begin + 2, end - 1);
      return arg;
    }
    arg.is_list = tokens_[begin].is("{") && match_[begin] == end - 1;
    if (arg.is_list) {
      for (size_t i = begin + 1; i < end - 1;) {
        size_t next = i;
        while (next < end - 1 && !tokens_[next].is(",")) next = past(next, end - 1);
        arg.list.push_back(spell(tokens_, i, next));
        i = next + 1;
      }
    }
    note_free(begin, end);
    return arg;
  }

  void note_free(size_t begin, size_t end) {
    const auto found = free_names(spell(tokens_, begin, end), macros_, names_);
    call_.free_names.insert(found.begin(), found.end());
  }

  Tokens tokens_;
  const MacroTable& macros_;
  const Names& names_;
  std::vector<size_t> match_;
  CallExpression call_;
};

}  // namespace

std::set<std::string> free_names(const std::string& text, const MacroTable& macros,
                                 const Names& names) {
  static const std::set<std::string> kWords = {
      "true",  "false",    "nullptr", "NULL", "sizeof", "static_cast", "reinterpret_cast",
      "const", "unsigned", "signed",  "int",  "long",   "short",       "char",
      "float", "double",   "bool",    "void", "auto",   "INFINITY",    "NAN"};
  std::set<std::string> found;
  const Tokens tokens = lex(text);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].is_identifier() || kWords.count(tokens[i].text) ||
        macros.defined(tokens[i].text))
      continue;
    const bool called = tokens[i + 1].is("(") || tokens[i + 1].is("::") || tokens[i + 1].is("{") ||
                        tokens[i + 1].is("<");
    const bool member =
        i > 0 && (tokens[i - 1].is(".") || tokens[i - 1].is("->") || tokens[i - 1].is("::"));
    if (!called && !member && !names.find(tokens[i].text) && !is_library_type(tokens[i].text))
      found.insert(tokens[i].text);
  }
  return found;
}

CallExpression parse_call_expression(const std::string& expression, const MacroTable& macros,
                                     const Names& names) {
  return CallParser(expression, macros, names).run();
}

}  // namespace cudal1::program
