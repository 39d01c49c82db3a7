#include "characters.h"

#include <utf8proc.h>

#include "utf8.h"

namespace cudal1::model {
namespace {

bool within(char32_t character, char32_t first, char32_t last) {
  return character >= first && character <= last;
}

bool is_space(char32_t character) {  // White_Space
  return within(character, 0x9, 0xD) || character == 0x20 || character == 0x85 ||
         character == 0xA0 || character == 0x1680 || within(character, 0x2000, 0x200A) ||
         within(character, 0x2028, 0x2029) || character == 0x202F || character == 0x205F ||
         character == 0x3000;
}

// Circled and squared letters: alphabetic, though their category is that of symbols.
bool is_enclosed_letter(char32_t character) {
  return within(character, 0x24B6, 0x24E9) || within(character, 0x1F130, 0x1F149) ||
         within(character, 0x1F150, 0x1F169) || within(character, 0x1F170, 0x1F189);
}

// Alphabetic, Mark, Decimal_Number, Connector_Punctuation, Join_Control.
bool is_word(char32_t character) {
  switch (utf8proc_category(int32_t(character))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return within(character, 0x200C, 0x200D) || is_enclosed_letter(character);
  }
}

// Of the character that ends at `end`.
size_t begin_of_last(std::string_view text, size_t end) {
  do --end;
  while (end > 0 && (uint8_t(text[end]) & 0xC0) == 0x80);
  return end;
}

}  // namespace

bool begins_with_word(std::string_view text) {
  return !text.empty() && is_word(utf8_at(text, 0).character);
}

bool ends_in_word(std::string_view text) {
  return !text.empty() && is_word(utf8_at(text, begin_of_last(text, text.size())).character);
}

size_t spaces_at_begin(std::string_view text) {
  size_t end = 0;
  while (end < text.size()) {
    const Utf8Step step = utf8_at(text, end);
    if (!is_space(step.character)) break;
    end += step.length;
  }
  return end;
}

size_t spaces_at_end(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0) {
    const size_t last = begin_of_last(text, begin);
    const Utf8Step step = utf8_at(text, last);
    if (step.length != begin - last || !is_space(step.character)) break;
    begin = last;
  }
  return text.size() - begin;
}

}  // namespace cudal1::model
