#include "normal_form.h"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

#include "cudal1/core/assert.h"
#include "utf8.h"

namespace cudal1::model {
namespace {

struct Range {
  char32_t first, last;
};

// Characters that NFC leaves alone whatever stands before them: combining class 0,
// NFC_Quick_Check=Yes. Not all of them, but the common ones; all others take the slow way.
constexpr Range kInert[] = {
    {0x0000, 0x02FF},    // Latin
    {0x0400, 0x0482},    // Cyrillic
    {0x2010, 0x205F},    // punctuation
    {0x2190, 0x2328},    // arrows, mathematics
    {0x2400, 0x2ADB},    // boxes, symbols
    {0x3001, 0x3029},    // CJK punctuation
    {0x3041, 0x3096},    // Hiragana
    {0x30A1, 0x30FA},    // Katakana
    {0x4E00, 0x9FFF},    // Han
    {0xAC00, 0xD7A3},    // Hangul
    {0xFF01, 0xFF60},    // full width
    {0x1F300, 0x1FAFF},  // pictographs
};

// Characters younger than Unicode 9 that are marks, or composed of others. The package
// `tokenizers`, with which models are trained, has the tables of Unicode 9: to it these are
// characters like any other, and so they are here, whatever the Unicode of the utf8proc at hand.
constexpr Range kYoung[] = {
    {0x07FD, 0x07FD},   {0x0897, 0x089F},   {0x08CA, 0x08D3},   {0x09FE, 0x09FE},
    {0x0C3C, 0x0C3C},   {0x0D3B, 0x0D3C},   {0x0EBA, 0x0EBA},   {0x1715, 0x1715},
    {0x1ABF, 0x1AFF},   {0x1DF6, 0x1DFA},   {0xA82C, 0xA82C},   {0x105C0, 0x105FF},
    {0x10D24, 0x10D27}, {0x10D69, 0x10D6D}, {0x10EAB, 0x10EAC}, {0x10EFA, 0x10EFF},
    {0x10F46, 0x10F50}, {0x10F82, 0x10F85}, {0x11070, 0x11070}, {0x1133B, 0x1133B},
    {0x11380, 0x113FF}, {0x1145E, 0x1145E}, {0x11839, 0x1183A}, {0x11900, 0x1195F},
    {0x119E0, 0x119E0}, {0x11A34, 0x11A34}, {0x11A47, 0x11A47}, {0x11A99, 0x11A99},
    {0x11D42, 0x11D45}, {0x11D97, 0x11D97}, {0x11F41, 0x11F42}, {0x16100, 0x1613F},
    {0x16D40, 0x16D7F}, {0x16FF0, 0x16FF1}, {0x1E08F, 0x1E08F}, {0x1E130, 0x1E136},
    {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF}, {0x1E4EC, 0x1E4EF}, {0x1E5EE, 0x1E5EF},
    {0x1E6C0, 0x1E6FF},
};

template <size_t size>
bool is_in(const Range (&ranges)[size], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](Range range) {
    return character >= range.first && character <= range.last;
  });
}

bool is_inert(char32_t character) { return is_in(kInert, character) || is_in(kYoung, character); }

void decompose(char32_t character, std::vector<int32_t>& out) {
  int32_t parts[8];  // the longest canonical decomposition has 4
  int boundary = 0;
  const auto count =
      utf8proc_decompose_char(int32_t(character), parts, std::size(parts),
                              utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE), &boundary);
  CUDAL1_ASSERT(count > 0 && count <= utf8proc_ssize_t(std::size(parts)));
  out.insert(out.end(), parts, parts + count);
}

int combining_class(int32_t character) { return utf8proc_get_property(character)->combining_class; }

// Marks between two starters go by their class. Not utf8proc's own sort, which takes quadratic
// time.
void order_marks(std::vector<int32_t>& characters) {
  const auto is_mark = [](int32_t character) { return combining_class(character) != 0; };
  for (auto at = characters.begin(); at != characters.end();) {
    const auto first = std::find_if(at, characters.end(), is_mark);
    at = std::find_if_not(first, characters.end(), is_mark);
    if (at - first > 1)
      std::stable_sort(
          first, at, [](int32_t a, int32_t b) { return combining_class(a) < combining_class(b); });
  }
}

// The slow way, for a part of a text that begins with an inert character and holds others.
void append_composed(std::string& out, std::string_view part) {
  std::vector<int32_t> characters;
  for (size_t at = 0; at < part.size();) {
    const Utf8Step step = utf8_at(part, at);
    decompose(step.character, characters);
    at += step.length;
  }
  order_marks(characters);
  const auto count = utf8proc_normalize_utf32(
      characters.data(), characters.size(), utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  CUDAL1_ASSERT(count >= 0);
  for (utf8proc_ssize_t i = 0; i < count; ++i) append_utf8(out, char32_t(characters[i]));
}

// Where the first character at or after `at` that is not inert begins; `before` is the inert one
// before it that may be composed with it, if any.
size_t find_other(std::string_view text, size_t at, size_t& before) {
  while (at < text.size()) {
    const size_t ascii = ascii_prefix(text.substr(at));
    if (ascii > 0) before = at + ascii - 1;
    at += ascii;
    if (at == text.size()) break;
    const Utf8Step step = utf8_at(text, at);
    if (!is_inert(step.character)) break;
    before = is_in(kYoung, step.character) ? at + step.length : at;
    at += step.length;
  }
  return at;
}

size_t find_inert(std::string_view text, size_t at) {
  while (at < text.size()) {
    const Utf8Step step = utf8_at(text, at);
    if (is_inert(step.character)) break;
    at += step.length;
  }
  return at;
}

}  // namespace

std::string_view normal_form(std::string_view text, std::string& buffer) {
  buffer.clear();
  size_t done = 0;
  for (size_t at = 0;;) {
    size_t first = at;
    const size_t other = find_other(text, at, first);
    if (other == text.size()) break;
    at = find_inert(text, other);
    buffer += text.substr(done, first - done);
    append_composed(buffer, text.substr(first, at - first));
    done = at;
  }
  if (done == 0) return text;
  buffer += text.substr(done);
  return buffer;
}

}  // namespace cudal1::model
