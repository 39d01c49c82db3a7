#include "program/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace cudal1::program {
namespace {

bool starts_identifier(unsigned char c) {
  return std::isalpha(c) || c == '_' || c == '$' || c >= 0x80;
}
bool continues_identifier(unsigned char c) { return starts_identifier(c) || std::isdigit(c); }

// Longest first. '>' stands alone or as ">=" (see token.h).
constexpr std::array<std::string_view, 29> kOperators = {
    "<<<", "<<=", "<=>", "->*", "...", "<<", "<=", "==", "!=", "&&", "||", "++", "--", "+=", "-=",
    "*=",  "/=",  "%=",  "&=",  "|=",  "^=", "->", "::", "##", ">=", ".*", "#",  "@",  "`"};
constexpr std::string_view kSingles = "{}[]()<>;:?.,+-*/%&|^!~=\\";

// The source with line continuations taken out, and where each of its bytes comes from.
class SplicedSource {
 public:
  explicit SplicedSource(std::string_view source) : source_(source) {
    if (source.find("\\\n") == std::string_view::npos &&
        source.find("\\\r\n") == std::string_view::npos) {
      text_ = source;
    } else {
      splice();
    }
    line_starts_.push_back(0);
    for (size_t i = 0; i < source.size(); ++i) {
      if (source[i] == '\n') line_starts_.push_back(i + 1);
    }
  }

  std::string_view text() const { return text_; }
  size_t origin(size_t offset) const {
    if (offsets_.empty()) return offset;
    return offset < offsets_.size() ? offsets_[offset] : source_.size();
  }
  // One past the origin of the byte before `offset`.
  size_t origin_end(size_t offset) const { return offset == 0 ? 0 : origin(offset - 1) + 1; }
  SourcePos position(size_t offset) const {
    const size_t at = origin(offset);
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
    const size_t line = static_cast<size_t>(next - line_starts_.begin());
    return {static_cast<int>(line), static_cast<int>(at - line_starts_[line - 1]) + 1};
  }

 private:
  void splice() {
    for (size_t i = 0; i < source_.size();) {
      if (source_[i] == '\\' && i + 1 < source_.size() && source_[i + 1] == '\n') {
        i += 2;
      } else if (source_.substr(i, 3) == "\\\r\n") {
        i += 3;
      } else {
        spliced_ += source_[i];
        offsets_.push_back(static_cast<uint32_t>(i++));
      }
    }
    text_ = spliced_;
  }

  std::string_view source_;
  std::string spliced_;
  std::string_view text_;
  std::vector<uint32_t> offsets_;
  std::vector<size_t> line_starts_;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source), text_(source_.text()) {}

  Tokens run() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    line_start_ = true;
    for (skip_space(); at_ < text_.size(); skip_space()) next();
    emit(TokenKind::kEnd, at_);
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  [[noreturn]] void fail(size_t at, std::string message, std::string accepted = "") const {
    throw SyntaxError{{source_.position(at), std::move(message), std::move(accepted)}};
  }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        line_start_ = true;
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '/' && peek(1) == '*') {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) fail(at_, "this comment is never closed", "*/");
        at_ = end + 2;
      } else {
        return;
      }
      space_ = true;
    }
  }

  void emit(TokenKind kind, size_t end) {
    Token token;
    token.kind = kind;
    token.text = std::string(text_.substr(at_, end - at_));
    token.pos = source_.position(at_);
    token.begin = source_.origin(at_);
    token.end = source_.origin_end(end);
    token.line_start = line_start_;
    token.space_before = space_;
    tokens_.push_back(std::move(token));
    line_start_ = space_ = false;
    at_ = end;
  }

  void next() {
    const char c = peek();
    if (starts_identifier(static_cast<unsigned char>(c))) return identifier_or_prefixed();
    if (std::isdigit(static_cast<unsigned char>(c)) ||
        (c == '.' && std::isdigit(static_cast<unsigned char>(peek(1))))) {
      return number();
    }
    if (c == '"') return quoted(at_, TokenKind::kString);
    if (c == '\'') return quoted(at_, TokenKind::kChar);
    if (is_directive_of_header()) return header_name();
    punctuation();
  }

  // #include <name>: one string token, so that its text is never taken for operators.
  bool is_directive_of_header() const {
    const size_t n = tokens_.size();
    return peek() == '<' && !line_start_ && n >= 2 && tokens_[n - 2].line_start &&
           tokens_[n - 2].text == "#" &&
           (tokens_[n - 1].text == "include" || tokens_[n - 1].text == "include_next");
  }

  void header_name() {
    const size_t end = text_.find_first_of(">\n", at_);
    if (end == std::string_view::npos || text_[end] == '\n')
      fail(at_, "this #include has no closing '>'");
    emit(TokenKind::kString, end + 1);
  }

  void identifier_or_prefixed() {
    size_t end = at_;
    while (end < text_.size() && continues_identifier(static_cast<unsigned char>(text_[end])))
      ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    const char quote = end < text_.size() ? text_[end] : '\0';
    if (quote == '"' &&
        (word == "R" || word == "u8R" || word == "uR" || word == "LR" || word == "UR")) {
      return raw_string(end);
    }
    const bool prefix = word == "u8" || word == "u" || word == "U" || word == "L";
    if (prefix && quote == '"') return quoted(end, TokenKind::kString);
    if (prefix && quote == '\'') return quoted(end, TokenKind::kChar);
    emit(TokenKind::kIdentifier, end);
  }

  void raw_string(size_t quote) {
    const size_t open = text_.find('(', quote);
    if (open == std::string_view::npos || open - quote > 17)
      fail(at_, "this raw string has no opening '('");
    const std::string close = ")" + std::string(text_.substr(quote + 1, open - quote - 1)) + "\"";
    const size_t end = text_.find(close, open);
    if (end == std::string_view::npos) fail(at_, "this raw string is never closed", close);
    emit(TokenKind::kString, end + close.size());
  }

  void quoted(size_t quote, TokenKind kind) {
    const char delimiter = text_[quote];
    size_t end = quote + 1;
    while (end < text_.size() && text_[end] != delimiter && text_[end] != '\n')
      end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size() || text_[end] != delimiter) {
      // Prose in a dead #if branch or an #error may hold an apostrophe: it ends with its line.
      if (kind == TokenKind::kChar) return emit(TokenKind::kPunct, quote + 1);
      fail(at_, "this string is not closed on its line", "\"");
    }
    emit(kind, end + 1);
  }

  // A preprocessing number: a superset of the literals, checked when it is used.
  void number() {
    size_t end = at_ + 1;
    while (end < text_.size()) {
      const char c = text_[end], before = text_[end - 1];
      const bool exponent_sign =
          (c == '+' || c == '-') &&
          (before == 'e' || before == 'E' || before == 'p' || before == 'P') &&
          !(is_hexadecimal() && (before == 'e' || before == 'E'));
      const bool separator = c == '\'' && end + 1 < text_.size() &&
                             std::isalnum(static_cast<unsigned char>(text_[end + 1]));
      if (!exponent_sign && !separator && c != '.' &&
          !continues_identifier(static_cast<unsigned char>(c)))
        break;
      ++end;
    }
    emit(TokenKind::kNumber, end);
  }
  bool is_hexadecimal() const { return peek() == '0' && (peek(1) == 'x' || peek(1) == 'X'); }

  void punctuation() {
    for (const std::string_view op : kOperators) {
      if (text_.substr(at_, op.size()) == op) return emit(TokenKind::kPunct, at_ + op.size());
    }
    if (kSingles.find(peek()) != std::string_view::npos) return emit(TokenKind::kPunct, at_ + 1);
    fail(at_, "a byte that no C++ token starts with (0x" + hex(peek()) + ")",
         "text of a CUDA source file");
  }

  static std::string hex(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }

  SplicedSource source_;
  std::string_view text_;
  size_t at_ = 0;
  bool line_start_ = false, space_ = false;
  Tokens tokens_;
};

}  // namespace

Tokens lex(std::string_view source) { return Lexer(source).run(); }

std::string spell(const Tokens& tokens, size_t begin, size_t end) {
  std::string text;
  for (size_t i = begin; i < end; ++i) {
    if (i > begin && (tokens[i].space_before || tokens[i].line_start)) text += ' ';
    text += tokens[i].text;
  }
  return text;
}

}  // namespace cudal1::program
