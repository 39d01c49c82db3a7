#include "program/macro.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "program/lexer.h"

namespace cudal1::program {
namespace {

// A macro may double the text at every level: what a real file needs is far below this.
constexpr size_t kMaxExpandedTokens = 1'000'000;

HideSet with(const HideSet& set, const std::string& name) {
  auto copy = set ? std::make_shared<std::set<std::string>>(*set)
                  : std::make_shared<std::set<std::string>>();
  copy->insert(name);
  return copy;
}

HideSet united(const HideSet& a, const HideSet& b) {
  if (!a || a->empty()) return b;
  if (!b || a == b) return a;
  auto copy = std::make_shared<std::set<std::string>>(*a);
  copy->insert(b->begin(), b->end());
  return copy;
}

HideSet common(const HideSet& a, const HideSet& b) {
  auto both = std::make_shared<std::set<std::string>>();
  if (a && b) {
    std::set_intersection(a->begin(), a->end(), b->begin(), b->end(),
                          std::inserter(*both, both->begin()));
  }
  return both;
}

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

struct Arguments {
  std::vector<Tokens> values;
  Token close;
};

// One use of a macro while its body is written out.
class Substitution {
 public:
  Substitution(const MacroTable& macros, const Macro& macro, const Token& use,
               const Arguments& arguments)
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
  const Arguments& arguments_;
  Tokens out_;
};

class Expander {
 public:
  Expander(const MacroTable& macros, Tokens input, Tokens* pending)
      : macros_(macros),
        input_(std::make_move_iterator(input.begin()), std::make_move_iterator(input.end())),
        pending_(pending) {}

  Tokens run() {
    while (!input_.empty()) {
      Token token = std::move(input_.front());
      input_.pop_front();
      if (!expands(token) || !expand_use(token)) out_.push_back(std::move(token));
      if (suspended_) break;
      if (++steps_ > kMaxExpandedTokens) {
        throw SyntaxError{
            {out_.back().pos, "macros expand to more than a million tokens here", ""}};
      }
    }
    return std::move(out_);
  }

 private:
  bool expands(const Token& token) const {
    return token.is_identifier() && !(token.hidden && token.hidden->count(token.text)) &&
           (macros_.defined(token.text) || token.text == "__LINE__" || token.text == "__FILE__");
  }

  bool expand_use(Token& use) {
    if (use.text == "__LINE__" || use.text == "__FILE__") return location(use);
    const Macro& macro = *macros_.find(use.text);
    Arguments arguments;
    HideSet hidden = use.hidden;
    if (macro.function_like) {
      if (input_.empty()) return suspend(use);
      if (!input_.front().is("(")) return false;
      const auto taken = take_arguments(macro, use, &arguments);
      if (!taken) return suspend(use);
      hidden = common(hidden, arguments.close.hidden);
      input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(*taken));
    }
    hidden = with(hidden, macro.name);
    Tokens tokens = Substitution(macros_, macro, use, arguments).run();
    if (!tokens.empty()) {
      tokens.front().space_before = use.space_before;
      tokens.front().line_start = use.line_start;
    } else if (!input_.empty()) {
      input_.front().space_before = true;
    }
    for (Token& token : tokens) token.hidden = united(token.hidden, hidden);
    steps_ += tokens.size();
    input_.insert(input_.begin(), std::make_move_iterator(tokens.begin()),
                  std::make_move_iterator(tokens.end()));
    return true;
  }

  bool location(Token& use) {
    use.kind = use.text == "__LINE__" ? TokenKind::kNumber : TokenKind::kString;
    use.text = use.text == "__LINE__" ? std::to_string(use.pos.line) : "\"kernel.cu\"";
    input_.push_front(use);
    return true;
  }

  // The use goes on in text that is not here yet.
  bool suspend(Token& use) {
    if (!pending_) return false;
    pending_->push_back(std::move(use));
    pending_->insert(pending_->end(), input_.begin(), input_.end());
    input_.clear();
    suspended_ = true;
    return true;
  }

  // Returns how many tokens "( … )" takes; nothing when it is not closed.
  std::optional<size_t> take_arguments(const Macro& macro, const Token& use, Arguments* arguments) {
    size_t depth = 0;
    Tokens current;
    const auto rest = [&] {
      return macro.variadic && arguments->values.size() + 1 == macro.params.size();
    };
    for (size_t i = 0; i < input_.size(); ++i) {
      const Token& token = input_[i];
      if (token.is("(") && depth++ == 0) continue;
      if (token.is(")") && --depth == 0) {
        if (!(macro.params.empty() && current.empty()))
          arguments->values.push_back(std::move(current));
        arguments->close = token;
        check_count(macro, use, arguments->values.size());
        return i + 1;
      }
      if (token.is(",") && depth == 1 && !rest()) {
        arguments->values.push_back(std::move(current));
        current.clear();
      } else {
        current.push_back(token);
      }
    }
    return std::nullopt;
  }

  static void check_count(const Macro& macro, const Token& use, size_t given) {
    const size_t wanted = macro.params.size();
    const bool fits = macro.variadic ? given + 1 >= wanted : given == wanted;
    if (fits) return;
    throw SyntaxError{{use.pos,
                       "macro " + macro.name + " takes " + std::to_string(wanted) + " arguments, " +
                           std::to_string(given) + " are given",
                       ""}};
  }

  const MacroTable& macros_;
  std::deque<Token> input_;
  Tokens* pending_;
  Tokens out_;
  size_t steps_ = 0;
  bool suspended_ = false;
};

}  // namespace

void MacroTable::define(Macro macro) {
  const Macro* known = find(macro.name);
  if (known && known->pinned) return;
  macros_[macro.name] = std::move(macro);
}

void MacroTable::undefine(const std::string& name) {
  const Macro* known = find(name);
  if (known && !known->pinned) macros_.erase(name);
}

const Macro* MacroTable::find(const std::string& name) const {
  const auto found = macros_.find(name);
  return found == macros_.end() ? nullptr : &found->second;
}

Macro MacroTable::parse_definition(const Tokens& directive, size_t at) {
  if (at >= directive.size() || !directive[at].is_identifier()) {
    throw SyntaxError{{directive.front().pos, "#define needs a name",
                       "#define NAME value, #define NAME(a, b) text"}};
  }
  Macro macro;
  macro.name = directive[at++].text;
  if (at < directive.size() && directive[at].is("(") && !directive[at].space_before) {
    macro.function_like = true;
    for (++at; at < directive.size() && !directive[at].is(")"); ++at) {
      if (directive[at].is(",")) continue;
      if (directive[at].is("...")) {
        macro.variadic = true;
        const bool named = at > 0 && directive[at - 1].is_identifier() && !macro.params.empty();
        if (!named) macro.params.push_back("__VA_ARGS__");
      } else if (directive[at].is_identifier()) {
        macro.params.push_back(directive[at].text);
      } else {
        throw SyntaxError{{directive[at].pos, "a macro parameter must be a name", ""}};
      }
    }
    if (at >= directive.size()) {
      throw SyntaxError{{directive.front().pos,
                         "the parameters of macro " + macro.name + " are not closed", ")"}};
    }
    ++at;
  }
  macro.body.assign(directive.begin() + static_cast<std::ptrdiff_t>(at), directive.end());
  return macro;
}

Macro MacroTable::constant(const std::string& name, const std::string& value) {
  Macro macro;
  macro.name = name;
  macro.body = lex(value);
  macro.body.pop_back();
  return macro;
}

Tokens expand(const MacroTable& macros, Tokens input, Tokens* pending) {
  return Expander(macros, std::move(input), pending).run();
}

}  // namespace cudal1::program
