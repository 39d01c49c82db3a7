// Tokens of PTX text.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cudal1::sim {

// Thrown inside the parser, turned into a PtxError at its border.
struct SyntaxError : std::runtime_error {
  SyntaxError(int line, const std::string& message) : std::runtime_error(message), line(line) {}
  int line;
};

enum class TokenKind { kEnd, kWord, kInteger, kFloat32, kFloat64, kString, kPunctuation };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // a word keeps its dots: "ld.global.f32", ".reg", "%tid.x"
  uint64_t bits = 0;      // of a number
  int line = 0;
  bool is(std::string_view what) const { return text == what && kind != TokenKind::kString; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { next_ = scan(); }
  const Token& peek() const { return next_; }
  Token take();
  bool accept(std::string_view what);
  Token expect(std::string_view what);
  std::string_view expect_word();
  int64_t expect_integer();
  // Skips past the '}' that closes the '{' which comes next.
  void skip_braces();

 private:
  Token scan();
  Token scan_number();
  Token scan_string();
  void skip_space();
  char at(size_t offset) const { return pos_ + offset < text_.size() ? text_[pos_ + offset] : 0; }

  std::string_view text_;
  size_t pos_ = 0;
  int line_ = 1;
  Token next_;
};

}  // namespace cudal1::sim
