// What the device side declares at namespace scope, by name only: host code may name its types and
// macros.
#include <cctype>

#include "program/checker.h"

namespace cudal1::program {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Words and single characters of the source, without comments, strings and preprocessor lines (but
// the names that #define makes).
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // Empty at the end. A #define yields "#" and then its name.
  std::string_view next() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        line_start_ = true;
        ++at_;
      } else if (std::isspace(static_cast<unsigned char>(c))) {
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (c == '"' || c == '\'') {
        skip_quoted(c);
      } else if (c == '#' && line_start_) {
        if (take_directive()) return "#";
      } else {
        line_start_ = false;
        return word_or_char();
      }
    }
    return {};
  }

 private:
  std::string_view word_or_char() {
    const size_t begin = at_++;
    if (is_word(text_[begin])) {
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  void skip_quoted(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ < text_.size()) ++at_;
  }

  void skip_line() {
    for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;  // continued
    }
  }

  // At '#': true when the next word is the name a #define makes; the rest of the line is then read
  // as code, which does no harm.
  bool take_directive() {
    ++at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    const std::string_view word = text_.substr(at_, 6);
    if (word != "define") return skip_line(), false;
    at_ += 6;
    const size_t begin = at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    defined_ = text_.substr(at_, end - at_);
    at_ = begin;
    skip_line();
    return true;
  }

 public:
  std::string_view defined() const { return defined_; }

 private:
  std::string_view text_;
  std::string_view defined_;
  size_t at_ = 0;
  bool line_start_ = true;
};

bool declares(std::string_view word) {
  return word == "struct" || word == "class" || word == "enum" || word == "union" ||
         word == "using" || word == "namespace" || word == "concept";
}

}  // namespace

void Checker::index_device_names() {
  const std::string& source = program_.source();
  using_torch_ = source.find("using namespace torch;") != std::string::npos;
  using_at_ = source.find("using namespace at;") != std::string::npos;
  using_indexing_ = source.find("using namespace torch::indexing") != std::string::npos ||
                    source.find("using namespace at::indexing") != std::string::npos ||
                    source.find("using torch::indexing::") != std::string::npos;
  Scanner scanner(program_.device_source());
  std::string_view before, beyond;
  int depth = 0;
  bool in_enum = false, after_class = false;
  std::vector<bool> transparent;  // is the brace that of a namespace, an extern "C" or an enum?
  bool opens_namespace = false;
  for (std::string_view word = scanner.next(); !word.empty(); word = scanner.next()) {
    if (word == "#") {
      device_names_.emplace(scanner.defined());
      continue;
    }
    const bool name = is_word(word[0]) && !std::isdigit(static_cast<unsigned char>(word[0]));
    if (word == "namespace" || word == "extern" || word == "enum") opens_namespace = true;
    if (word == "enum") in_enum = true;
    if (word == ";" || word == "(") opens_namespace = false;
    if (word == "{") {
      transparent.push_back(opens_namespace);
      depth += opens_namespace ? 0 : 1;
      opens_namespace = false;
    } else if (word == "}" && !transparent.empty()) {
      depth -= transparent.back() ? 0 : 1;
      after_class = !transparent.back();
      transparent.pop_back();
      in_enum = false;
    } else if (depth == 0 && word == "(" && is_word(before.empty() ? ' ' : before[0])) {
      device_names_.emplace(before);  // a function, or a macro that makes one
    } else if (name && (declares(before) ||
                        (declares(beyond) && (before == "class" || before == "struct")))) {
      device_names_.emplace(word);
      const bool tag = before == "class" || before == "struct";
      if (tag && beyond != "enum" && beyond != "<" && beyond != ",") device_classes_.emplace(word);
    } else if (depth == 0 && word == ";" && is_word(before.empty() ? ' ' : before[0])) {
      device_names_.emplace(before);  // typedef … name;
      if (beyond == "}" && after_class) device_classes_.emplace(before);
    } else if (name && in_enum && !transparent.empty() && transparent.back()) {
      device_names_.emplace(word);
    }
    beyond = before;
    before = word;
  }
  // namespace F = torch::nn::functional;
  for (size_t at = source.find("namespace "); at != std::string::npos;
       at = source.find("namespace ", at + 1)) {
    const size_t equals = source.find_first_of("=;{\n", at);
    if (equals == std::string::npos || source[equals] != '=') continue;
    const size_t end = source.find(';', equals);
    const auto trimmed = [&](size_t from, size_t to) {
      std::string text = source.substr(from, to - from);
      std::erase_if(text, [](unsigned char c) { return std::isspace(c); });
      return text;
    };
    if (end != std::string::npos)
      namespace_aliases_[trimmed(at + 10, equals)] = trimmed(equals + 1, end);
  }
}

}  // namespace cudal1::program
