#include "program/substitute.h"

#include <algorithm>
#include <optional>
#include <string>

#include "program/expand.h"
#include "program/lexer.h"

namespace cudal1::program {
namespace {

std::string stringised(const Tokens& argument) {
  std::string text = "\"";
  for (size_t i = 0; i < argument.size(); ++i) {
    if (i > 0 && (argument[i].space_before || argument[i].line_start)) text += ' ';
    const bool literal =
        argument[i].kind == TokenKind::kString || argument[i].kind == TokenKind::kChar;
    for (const char c : argument[i].text) {
      if (literal && (c == '"' || c == '\\')) text += '\\';
      text += c;
    }
  }
  return text + '"';
}

// One use of a macro while its body is written out.
class Substitution {
 public:
  Substitution(const MacroTable& macros, const Macro& macro, const Token& use,
               const MacroArguments& arguments)
      : macros_(macros), macro_(macro), use_(use), arguments_(arguments) {}

  Tokens run() {
    const Tokens& body = macro_.body;
    for (size_t i = 0; i < body.size(); ++i) {
      if (macro_.function_like && body[i].is("#") && i + 1 < body.size() && param(body[i + 1])) {
        emit_string(body[i], *param(body[i + 1]));
        ++i;
      } else if (body[i].is("##") && !out_.empty() && i + 1 < body.size()) {
        paste(body[++i]);
      } else if (body[i].is("__VA_OPT__") && macro_.variadic) {
        i = va_opt(i);
      } else {
        emit(body, i);
      }
    }
    out_.erase(
        std::remove_if(out_.begin(), out_.end(), [](const Token& t) { return is_placemarker(t); }),
        out_.end());
    return std::move(out_);
  }

 private:
  static bool is_placemarker(const Token& token) { return token.text.empty(); }

  std::optional<size_t> param(const Token& token) const {
    if (!macro_.function_like || !token.is_identifier()) return std::nullopt;
    const auto found = std::find(macro_.params.begin(), macro_.params.end(), token.text);
    if (found == macro_.params.end()) return std::nullopt;
    return static_cast<size_t>(found - macro_.params.begin());
  }
  const Tokens& argument(size_t index) const {
    static const Tokens kNone;
    return index < arguments_.values.size() ? arguments_.values[index] : kNone;
  }

  Token placed(Token token) const {
    token.pos = use_.pos;
    token.begin = use_.begin;
    token.end = std::max(use_.end, arguments_.close.end);
    token.from_macro = true;
    token.line_start = false;
    return token;
  }

  void emit_string(const Token& hash, size_t index) {
    Token token = placed(hash);
    token.kind = TokenKind::kString;
    token.text = stringised(argument(index));
    out_.push_back(std::move(token));
  }

  void emit(const Tokens& body, size_t i) {
    const auto index = param(body[i]);
    if (!index) return out_.push_back(placed(body[i]));
    const bool pasted = i + 1 < body.size() && body[i + 1].is("##");
    append(pasted ? argument(*index) : expand(macros_, argument(*index)), body[i]);
  }

  void append(Tokens tokens, const Token& in_place_of) {
    if (tokens.empty()) {
      Token marker = placed(in_place_of);
      marker.text.clear();
      marker.kind = TokenKind::kPunct;
      return out_.push_back(std::move(marker));
    }
    tokens.front().space_before = in_place_of.space_before;
    for (Token& token : tokens) {
      token.space_before |= token.line_start;
      token.line_start = false;
    }
    out_.insert(out_.end(), tokens.begin(), tokens.end());
  }

  void paste(const Token& right) {
    const auto index = param(right);
    const bool rest = index && macro_.variadic && *index + 1 == macro_.params.size();
    if (rest && out_.back().is(",")) {  // GNU: the comma goes when nothing follows it
      if (argument(*index).empty()) return out_.pop_back();
      return append(expand(macros_, argument(*index)), right);
    }
    Tokens operand = index ? argument(*index) : Tokens{placed(right)};
    if (operand.empty()) return;
    if (is_placemarker(out_.back())) {
      out_.pop_back();
      return append(std::move(operand), right);
    }
    const std::string text = out_.back().text + operand.front().text;
    Tokens joined = lex(text);
    joined.pop_back();
    for (Token& token : joined) token = placed(token);
    joined.front().space_before = out_.back().space_before;
    out_.pop_back();
    out_.insert(out_.end(), joined.begin(), joined.end());
    out_.insert(out_.end(), operand.begin() + 1, operand.end());
  }

  size_t va_opt(size_t i) {
    size_t depth = 0, end = i + 1;
    for (; end < macro_.body.size(); ++end) {
      if (macro_.body[end].is("(")) ++depth;
      if (macro_.body[end].is(")") && --depth == 0) break;
    }
    if (!argument(macro_.params.size() - 1).empty()) {
      for (size_t k = i + 2; k < end; ++k) emit(macro_.body, k);
    }
    return end;
  }

  const MacroTable& macros_;
  const Macro& macro_;
  const Token& use_;
  const MacroArguments& arguments_;
  Tokens out_;
};

}  // namespace

Tokens substitute(const MacroTable& macros, const Macro& macro, const Token& use,
                  const MacroArguments& arguments) {
  return Substitution(macros, macro, use, arguments).run();
}

}  // namespace cudal1::program
