#include "program/brackets.h"

#include <string>
#include <string_view>

namespace cudal1::program {
namespace {

constexpr std::string_view kOpen = "([{", kClose = ")]}";

size_t index_in(std::string_view brackets, const Token& token) {
  if (token.kind != TokenKind::kPunct || token.text.size() != 1) return std::string_view::npos;
  return brackets.find(token.text[0]);
}

}  // namespace

std::vector<size_t> match_brackets(const Tokens& tokens) {
  std::vector<size_t> match(tokens.size());
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens.size(); ++i) {
    match[i] = i;
    if (index_in(kOpen, tokens[i]) != std::string_view::npos) open.push_back(i);
    const size_t kind = index_in(kClose, tokens[i]);
    if (kind == std::string_view::npos) continue;
    if (open.empty())
      throw SyntaxError{{tokens[i].pos, "'" + tokens[i].text + "' closes nothing", ""}};
    if (index_in(kOpen, tokens[open.back()]) != kind) {
      const Token& opener = tokens[open.back()];
      // The bracket left open is the mistake far more often than the one that meets it.
      throw SyntaxError{{opener.pos,
                         "this '" + opener.text + "' is not closed: the '" + tokens[i].text + "' of line " +
                             std::to_string(tokens[i].pos.line) + " comes first",
                         ""}};
    }
    match[open.back()] = i;
    match[i] = open.back();
    open.pop_back();
  }
  if (!open.empty()) {
    throw SyntaxError{
        {tokens[open.back()].pos, "this '" + tokens[open.back()].text + "' is never closed", ""}};
  }
  return match;
}

std::vector<size_t> match_angles(const Tokens& tokens) {
  std::vector<size_t> match(tokens.size());
  std::vector<std::vector<size_t>> open(1);  // of each bracket group around
  for (size_t i = 0; i < tokens.size(); ++i) {
    match[i] = i;
    const Token& token = tokens[i];
    if (token.is("<")) open.back().push_back(i);
    if (token.is(";") || token.is("{")) open.back().clear();
    if (index_in(kOpen, token) != std::string_view::npos) open.emplace_back();
    if (index_in(kClose, token) != std::string_view::npos && open.size() > 1) open.pop_back();
    if (!token.is(">") || open.back().empty()) continue;
    match[open.back().back()] = i;
    open.back().pop_back();
  }
  return match;
}

}  // namespace cudal1::program
