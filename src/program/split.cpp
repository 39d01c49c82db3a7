#include "program/split.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "program/brackets.h"
#include "program/sides.h"

namespace cudal1::program {
namespace {

template <size_t N>
bool is_one_of(const Token& token, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), token.text) != words.end() &&
         token.kind != TokenKind::kString;
}

// Take parentheses that are no parameter list.
constexpr std::array<std::string_view, 13> kParenthesisedWords = {
    "__launch_bounds__", "__attribute__", "__attribute",   "alignas",  "__align__",
    "__declspec",        "decltype",      "noexcept",      "explicit", "requires",
    "__cluster_dims__",  "__maxnreg__",   "__block_size__"};
constexpr std::array<std::string_view, 4> kTypeWords = {"struct", "class", "union", "enum"};
// What may stand between a parameter list and its function's body.
constexpr std::array<std::string_view, 14> kTrailers = {"{",
                                                        ";",
                                                        ":",
                                                        "=",
                                                        "noexcept",
                                                        "const",
                                                        "->",
                                                        "[",
                                                        "__attribute__",
                                                        "__launch_bounds__",
                                                        "override",
                                                        "final",
                                                        "&",
                                                        "try"};

constexpr size_t kMaxNamespaces = 100;

class Splitter {
 public:
  explicit Splitter(const Tokens& tokens)
      : tokens_(tokens), match_(match_brackets(tokens)), angles_(match_angles(tokens)) {}

  std::vector<Item> run() {
    while (tokens_[at_].kind != TokenKind::kEnd) next();
    return std::move(items_);
  }

 private:
  bool is(size_t i, const char* text) const { return i < tokens_.size() && tokens_[i].is(text); }
  bool ended(size_t i) const { return i >= tokens_.size() || tokens_[i].kind == TokenKind::kEnd; }
  // Behind the bracket group that starts at i.
  size_t past(size_t i) const { return match_[i] + 1; }

  void next() {
    item_ = Item{};
    item_.begin = at_;
    item_.scope = scope();
    if (is(at_, ";")) {
      ++at_;
    } else if (is(at_, "}")) {
      if (!scopes_.empty()) scopes_.pop_back();
      ++at_;
    } else if (is(at_, "namespace") || (is(at_, "inline") && is(at_ + 1, "namespace"))) {
      enter_namespace();
    } else if (is(at_, "extern") && tokens_[at_ + 1].kind == TokenKind::kString &&
               is(at_ + 2, "{")) {
      scopes_.push_back("");
      at_ += 3;
    } else if (is(at_, "using") || is(at_, "typedef") || is(at_, "static_assert")) {
      alias(at_);
    } else {
      declaration();
    }
  }

  std::string scope() const {
    std::string path;
    for (const std::string& name : scopes_) path += name;
    return path;
  }

  void enter_namespace() {
    size_t i = at_ + (is(at_, "inline") ? 2 : 1);
    std::string path;
    for (; !ended(i) && !is(i, "{") && !is(i, "=") && !is(i, ";"); ++i) {
      if (is(i, "[")) {
        i = match_[i];
      } else if (tokens_[i].is_identifier() && !is(i, "inline")) {
        path += tokens_[i].text + "::";
      }
    }
    if (is(i, "{")) {
      if (scopes_.size() >= kMaxNamespaces)
        throw SyntaxError{{tokens_[at_].pos, "namespaces nest more than a hundred deep here", ""}};
      scopes_.push_back(path);
      at_ = i + 1;
      return;
    }
    finish(ItemKind::kAlias, to_semicolon(i));
  }

  void alias(size_t i) {
    const ItemKind kind =
        is(i, "static_assert") || is(i + 1, "namespace") ? ItemKind::kOther : ItemKind::kAlias;
    const size_t end = to_semicolon(i);
    if (kind == ItemKind::kAlias) {
      const bool assigned = is(i, "using") && is(i + 2, "=");
      item_.name_at = assigned ? i + 1 : end - 2;
      if (tokens_[item_.name_at].is_identifier()) item_.name = tokens_[item_.name_at].text;
    }
    finish(kind, end);
  }

  // Behind the ';' that ends what goes on at i.
  size_t to_semicolon(size_t i) const {
    while (!ended(i) && !is(i, ";") && !is(i, "}")) i = std::max(past(i), i + 1);
    return is(i, ";") ? i + 1 : i;
  }

  // Behind the '>' of the '<' at i; i + 1 when there is none.
  size_t past_angles(size_t i) const { return angles_[i] + 1; }

  void finish(ItemKind kind, size_t end) {
    item_.kind = kind;
    item_.end = std::max(end, item_.begin + 1);
    at_ = item_.end;
    decide_sides(tokens_, &item_);
    items_.push_back(item_);
  }

  void note_attribute(const Token& token) {
    item_.is_global |= token.is("__global__");
    item_.is_device |= token.is("__device__");
    item_.is_host |= token.is("__host__");
    item_.is_constexpr |= token.is("constexpr") || token.is("consteval");
    item_.is_constant_memory |= token.is("__constant__");
    item_.is_device |=
        token.is("__constant__") || token.is("__shared__") || token.is("__managed__");
  }

  size_t template_headers(size_t i) {
    if (!is(i, "template") || !is(i + 1, "<")) return i;
    item_.template_begin = i;
    item_.is_specialisation = is(i + 2, ">");
    while (is(i, "template") && is(i + 1, "<")) i = past_angles(i + 1);
    item_.template_end = i;
    return i;
  }

  void declaration() {
    size_t i = template_headers(at_);
    if (is(i, "using")) return alias(i);
    const bool instantiation = is(i, "template");
    const size_t first = i;
    bool type_word = false;
    for (; !ended(i); i = std::max(i + 1, past(i))) {
      const Token& token = tokens_[i];
      note_attribute(token);
      if (token.is(";"))
        return finish(type_word ? ItemKind::kOther : variable_kind(instantiation), i + 1);
      if (token.is("}")) return finish(ItemKind::kOther, i);
      if (token.is("=")) return finish(variable_kind(instantiation), to_semicolon(i));
      if (token.is("{"))
        return type_word ? type_body(i) : finish(variable_kind(instantiation), to_semicolon(i));
      if (token.is("(") && is_parameter_list(i)) return function(i, first, instantiation);
      if (token.is("<")) {
        i = past_angles(i) - 1;
      } else if (is_one_of(token, kTypeWords)) {
        type_word = true;
      } else if (token.is("operator")) {
        return operator_function(i, first);
      } else if (token.is_identifier() && !is_one_of(token, kParenthesisedWords)) {
        // `struct A f(…)` is a function: the name behind a type word is that of the type.
        item_.name_at = type_word && item_.name_at != 0 && is(i, "final") ? item_.name_at : i;
        item_.name = tokens_[item_.name_at].text;
        if (type_word && is(i + 1, ":") && !is(i + 1, "::")) i = to_brace(i + 1) - 1;
      }
    }
    finish(ItemKind::kOther, i);
  }

  ItemKind variable_kind(bool instantiation) const {
    return instantiation        ? ItemKind::kPrototype
           : item_.name.empty() ? ItemKind::kOther
                                : ItemKind::kVariable;
  }

  // Base classes of a type, up to its body.
  size_t to_brace(size_t i) const {
    while (!ended(i) && !is(i, "{") && !is(i, ";")) ++i;
    return i;
  }

  void type_body(size_t brace) {
    item_.body_at = brace;
    finish(ItemKind::kType, to_semicolon(brace));
  }

  bool is_parameter_list(size_t paren) const {
    if (paren == 0 || paren == item_.begin) return false;
    const Token& before = tokens_[paren - 1];
    return before.is(">") ? !item_.name.empty()
                          : before.is_identifier() && !is_one_of(before, kParenthesisedWords);
  }

  void operator_function(size_t i, size_t first) {
    item_.name_at = i;
    item_.name = "operator";
    for (++i; !ended(i) && (!is(i, "(") || is(i + 2, "(")); ++i) item_.name += tokens_[i].text;
    if (ended(i)) return finish(ItemKind::kOther, i);
    function(i, first, false);
  }

  void function(size_t paren, size_t first, bool instantiation) {
    item_.params_at = paren;
    item_.is_member = is_member_name();
    size_t i = past(paren);
    const bool is_macro = item_.name_at == first && !is(first, "operator");
    if (is_macro && is(i, "{")) {
      item_.body_at = i;
      return finish(ItemKind::kBinding, past(i));
    }
    if (is_macro && !is_one_of(tokens_[i], kTrailers)) return finish(ItemKind::kOther, i);
    while (!ended(i) && !is(i, "{") && !is(i, ";") && !is(i, "=") && !is(i, ":") && !is(i, ",")) {
      note_attribute(tokens_[i]);
      i = std::max(past(i), i + 1);
    }
    if (is(i, ":")) i = past_initialisers(i);
    if (is(i, "{") && !instantiation) {
      item_.body_at = i;
      return finish(ItemKind::kFunction, past(i));
    }
    finish(ItemKind::kPrototype, to_semicolon(i));
  }

  // T<…>::T, T::~T, T<…>::f, operator+
  bool is_member_name() const {
    const size_t name = item_.name_at;
    if (is(name, "operator") || (name > item_.begin && is(name - 1, "~"))) return true;
    if (name < item_.begin + 2 || !is(name - 1, "::")) return false;
    return is(name - 2, ">") || tokens_[name - 2].text == item_.name;
  }

  // Constructor initialisers `: a(x), b{y}` end before a '{' that follows no name.
  size_t past_initialisers(size_t i) const {
    for (++i; !ended(i) && !is(i, ";"); i = std::max(past(i), i + 1)) {
      if (is(i, "{") && !tokens_[i - 1].is_identifier() && !is(i - 1, ">")) return i;
    }
    return i;
  }

  const Tokens& tokens_;
  const std::vector<size_t> match_, angles_;
  size_t at_ = 0;
  std::vector<std::string> scopes_;
  Item item_;
  std::vector<Item> items_;
};

}  // namespace

std::vector<Item> split(const Tokens& tokens) { return Splitter(tokens).run(); }

}  // namespace cudal1::program
