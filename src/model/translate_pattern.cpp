#include "translate_pattern.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "cudal1/core/shorten.h"

namespace cudal1::model {
namespace {

// Unicode's White_Space. PCRE2's own \s has U+180E too.
constexpr std::string_view kSpaces =
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{"
    "205f}\\x{3000}";

class Translation {
 public:
  explicit Translation(std::string_view pattern) : pattern_(pattern) {}

  std::string run() {
    while (!done()) {
      if (peek() == '\\')
        escape();
      else if (in_class_)
        inside_class();
      else
        outside_class();
    }
    return std::move(out_);
  }

 private:
  bool done() const { return at_ == pattern_.size(); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }
  void copy(size_t count) {
    out_ += pattern_.substr(at_, count);
    at_ = std::min(at_ + count, pattern_.size());
  }
  bool copy_if(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    copy(text.size());
    return true;
  }
  [[noreturn]] void refuse(size_t length) const {
    throw std::invalid_argument("'" + shortened(pattern_.substr(at_, length), 32) + "' at byte " +
                                std::to_string(at_) + " is not supported");
  }

  void escape() {
    const char letter = peek(1);
    if (letter == 's' || letter == 'S') return space(letter == 's');
    if (letter == 'p' || letter == 'P') return property();
    if (letter == 'x' && peek(2) != '{') refuse(3);
    const bool same = std::string_view("rntdDx").find(letter) != std::string_view::npos ||
                      letter == ' ' || std::ispunct(static_cast<unsigned char>(letter));
    if (letter == '\0' || !same) refuse(2);
    copy(2);
  }

  void space(bool positive) {
    if (in_class_ && !positive) refuse(2);
    if (!in_class_) out_ += positive ? "[" : "[^";
    out_ += kSpaces;
    if (!in_class_) out_ += ']';
    at_ += 2;
  }

  // \p{L}, \p{Han}: one name, or Oniguruma's \p{^L}, which PCRE2 has as well.
  void property() {
    const size_t end = pattern_.find('}', at_);
    if (peek(2) != '{' || end == std::string_view::npos || end - at_ > 40) refuse(3);
    const std::string_view name = pattern_.substr(at_ + 3, end - at_ - 3);
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return std::isalnum(c) || c == '_' || c == '^';
    });
    if (name.empty() || !plain) refuse(end + 1 - at_);
    copy(end + 1 - at_);
  }

  void inside_class() {
    if (peek() == '[') refuse(2);  // a set inside a set, [:alpha:]
    if (peek() == '&' && peek(1) == '&') refuse(2);
    in_class_ = peek() != ']';
    copy(1);
  }

  void outside_class() {
    if (peek() == '[') {
      copy(peek(1) == '^' ? 2 : 1);
      in_class_ = true;
      if (peek() == ']') refuse(1);
    } else if (peek() == '(') {
      group();
    } else if (peek() == '{') {
      repeat();
    } else {
      copy(1);
    }
  }

  void group() {
    for (const std::string_view opening : {"(?:", "(?!", "(?=", "(?>", "(?i:", "(?<!", "(?<="})
      if (copy_if(opening)) return;
    if (peek(1) == '?' || peek(1) == '*') refuse(4);
    copy(1);
  }

  // {n}, {n,}, {n,m}. What follows it may not change it: "{1,3}+" is possessive to PCRE2 alone.
  void repeat() {
    const size_t end = pattern_.find('}', at_);
    if (end == std::string_view::npos || !std::isdigit(static_cast<unsigned char>(peek(1))))
      refuse(2);
    const std::string_view counts = pattern_.substr(at_ + 1, end - at_ - 1);
    if (counts.find_first_not_of("0123456789,") != std::string_view::npos) refuse(end + 1 - at_);
    if (const char next = peek(end + 1 - at_); next == '+' || next == '?' || next == '*')
      refuse(end + 2 - at_);
    copy(end + 1 - at_);
  }

  std::string_view pattern_;
  size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

}  // namespace

std::string pcre_of(std::string_view oniguruma) { return Translation(oniguruma).run(); }

}  // namespace cudal1::model
