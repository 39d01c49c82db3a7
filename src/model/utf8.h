// UTF-8 as it comes: valid, broken or cut short.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cudal1::model {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Utf8Step {
  enum class Kind {
    kCharacter,
    kBroken,     // can belong to no character
    kUnfinished  // the text ends inside a character
  };
  Kind kind;
  size_t length;         // bytes; of kBroken the longest part that a character could begin with
  char32_t character{};  // of kCharacter
};
// What stands at `at`, which is inside `text`.
Utf8Step utf8_at(std::string_view text, size_t at);

size_t ascii_prefix(std::string_view text);  // bytes
bool is_utf8(std::string_view text);
// One U+FFFD for every step that is no character, as the Unicode standard advises (and Rust's lossy
// decoding does).
std::string to_utf8(std::string_view bytes);
void append_utf8(std::string& text, char32_t character);

}  // namespace cudal1::model
