#include "lexer.h"

#include <bit>
#include <cctype>
#include <charconv>

namespace cudal1::sim {
namespace {

bool starts_word(char c) {
  return std::isalpha(uint8_t(c)) || c == '_' || c == '$' || c == '%' || c == '.';
}
bool continues_word(char c) {
  return std::isalnum(uint8_t(c)) || c == '_' || c == '$' || c == '.' || c == '?';
}

}  // namespace

void Lexer::skip_space() {
  while (pos_ < text_.size()) {
    const char c = text_[pos_];
    if (c == '\n') {
      ++line_, ++pos_;
    } else if (std::isspace(uint8_t(c)) || c == 0) {
      ++pos_;
    } else if (c == '/' && at(1) == '/') {
      while (pos_ < text_.size() && text_[pos_] != '\n') ++pos_;
    } else if (c == '/' && at(1) == '*') {
      const size_t end = text_.find("*/", pos_ + 2);
      if (end == std::string_view::npos) throw SyntaxError(line_, "a comment is never closed");
      for (; pos_ < end + 2; ++pos_) line_ += text_[pos_] == '\n';
    } else {
      return;
    }
  }
}

Token Lexer::scan() {
  skip_space();
  Token token{TokenKind::kEnd, {}, 0, line_};
  if (pos_ >= text_.size()) return token;
  const char c = text_[pos_];
  if (std::isdigit(uint8_t(c))) return scan_number();
  if (c == '"') return scan_string();
  const size_t begin = pos_;
  if (starts_word(c)) {
    token.kind = TokenKind::kWord;
    ++pos_;
    // "::" belongs to a word (shared::cta), a single ':' ends a label.
    while (continues_word(at(0)) || (at(0) == ':' && at(1) == ':' && continues_word(at(2))))
      pos_ += at(0) == ':' ? 2 : 1;
  } else {
    token.kind = TokenKind::kPunctuation;
    ++pos_;
  }
  token.text = text_.substr(begin, pos_ - begin);
  return token;
}

Token Lexer::scan_number() {
  const size_t begin = pos_;
  while (std::isalnum(uint8_t(at(0))) || at(0) == '.') ++pos_;
  Token token{TokenKind::kInteger, text_.substr(begin, pos_ - begin), 0, line_};
  std::string_view digits = token.text;
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const char mark = char(std::tolower(digits[1]));
    if (mark == 'f' || mark == 'd')
      token.kind = mark == 'f' ? TokenKind::kFloat32 : TokenKind::kFloat64;
    if (mark == 'x' || mark == 'f' || mark == 'd')
      base = 16, digits.remove_prefix(2);
    else if (mark == 'b')
      base = 2, digits.remove_prefix(2);
    else if (std::isdigit(uint8_t(mark)))
      base = 8, digits.remove_prefix(1);
  }
  if (!digits.empty() && (digits.back() == 'U' || digits.back() == 'u')) digits.remove_suffix(1);
  if (base == 10 && digits.find('.') != std::string_view::npos) {
    token.kind = TokenKind::kFloat64;
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    token.bits = std::bit_cast<uint64_t>(value);
    return token;
  }
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), token.bits, base);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw SyntaxError(line_, "'" + std::string(token.text) + "' is not a number");
  return token;
}

Token Lexer::scan_string() {
  const size_t begin = ++pos_;
  while (pos_ < text_.size() && text_[pos_] != '"' && text_[pos_] != '\n')
    pos_ += text_[pos_] == '\\' ? 2 : 1;
  if (at(0) != '"') throw SyntaxError(line_, "a string is never closed");
  return {TokenKind::kString, text_.substr(begin, pos_++ - begin), 0, line_};
}

Token Lexer::take() {
  Token token = next_;
  next_ = scan();
  return token;
}

bool Lexer::accept(std::string_view what) {
  if (!next_.is(what)) return false;
  take();
  return true;
}

Token Lexer::expect(std::string_view what) {
  if (!next_.is(what)) {
    const std::string found =
        next_.kind == TokenKind::kEnd ? "the end" : "'" + std::string(next_.text) + "'";
    throw SyntaxError(next_.line, "expected '" + std::string(what) + "' but found " + found);
  }
  return take();
}

std::string_view Lexer::expect_word() {
  if (next_.kind != TokenKind::kWord)
    throw SyntaxError(next_.line, "expected a name but found '" + std::string(next_.text) + "'");
  return take().text;
}

int64_t Lexer::expect_integer() {
  const bool negative = accept("-");
  if (next_.kind != TokenKind::kInteger)
    throw SyntaxError(next_.line,
                      "expected an integer but found '" + std::string(next_.text) + "'");
  const auto value = int64_t(take().bits);
  return negative ? -value : value;
}

void Lexer::skip_braces() {
  expect("{");
  for (int depth = 1; depth > 0;) {
    const Token token = take();
    if (token.kind == TokenKind::kEnd) throw SyntaxError(token.line, "a '{' is never closed");
    depth += token.is("{") - token.is("}");
  }
}

}  // namespace cudal1::sim
