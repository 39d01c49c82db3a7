#include "program/expand.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "program/substitute.h"

namespace cudal1::program {
namespace {

// A macro may double the text at every level: what a real file needs is far below this.
constexpr size_t kMaxExpandedTokens = 1'000'000;
constexpr size_t kMaxNestedMacros = 1000;  // whose text comes from one another

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
    MacroArguments arguments;
    HideSet hidden = use.hidden;
    if (macro.function_like) {
      if (input_.empty()) return suspend(use);
      if (!input_.front().is("(")) return false;
      const auto taken = take_arguments(macro, use, &arguments);
      if (!taken) return suspend(use);
      hidden = common(hidden, arguments.close.hidden);
      input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(*taken));
    }
    if (hidden && hidden->size() >= kMaxNestedMacros)
      throw SyntaxError{{use.pos, "macros nest more than a thousand deep here", ""}};
    hidden = with(hidden, macro.name);
    Tokens tokens = substitute(macros_, macro, use, arguments);
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
  std::optional<size_t> take_arguments(const Macro& macro, const Token& use,
                                       MacroArguments* arguments) {
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

Tokens expand(const MacroTable& macros, Tokens input, Tokens* pending) {
  return Expander(macros, std::move(input), pending).run();
}

}  // namespace cudal1::program
