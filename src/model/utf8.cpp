#include "utf8.h"

#include <cstdint>
#include <cstring>

namespace cudal1::model {
namespace {

// The bytes that may come second: table 3-7 of the Unicode standard.
struct Range {
  uint8_t first, last;
};

Range second_of(uint8_t lead) {
  switch (lead) {
    case 0xE0:
      return {0xA0, 0xBF};
    case 0xED:
      return {0x80, 0x9F};
    case 0xF0:
      return {0x90, 0xBF};
    case 0xF4:
      return {0x80, 0x8F};
    default:
      return {0x80, 0xBF};
  }
}

size_t length_by(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

}  // namespace

Utf8Step utf8_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return uint8_t(text[at + i]); };
  const size_t length = length_by(byte(0));
  if (length == 0) return {Utf8Step::Kind::kBroken, 1};
  if (length == 1) return {Utf8Step::Kind::kCharacter, 1, byte(0)};
  char32_t character = byte(0) & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if (at + i == text.size()) return {Utf8Step::Kind::kUnfinished, i};
    const Range allowed = i == 1 ? second_of(byte(0)) : Range{0x80, 0xBF};
    if (byte(i) < allowed.first || byte(i) > allowed.last) return {Utf8Step::Kind::kBroken, i};
    character = character << 6 | (byte(i) & 0x3F);
  }
  return {Utf8Step::Kind::kCharacter, length, character};
}

size_t ascii_prefix(std::string_view text) {
  size_t at = 0;
  for (uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (word & 0x8080808080808080u) break;
  }
  while (at < text.size() && uint8_t(text[at]) < 0x80) ++at;
  return at;
}

bool is_utf8(std::string_view text) {
  for (size_t at = ascii_prefix(text); at < text.size();) {
    const Utf8Step step = utf8_at(text, at);
    if (step.kind != Utf8Step::Kind::kCharacter) return false;
    at += step.length;
    at += ascii_prefix(text.substr(at));
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const Utf8Step step = utf8_at(bytes, at);
    const bool whole = step.kind == Utf8Step::Kind::kCharacter;
    text += whole ? bytes.substr(at, step.length) : kReplacement;
    at += step.length;
  }
  return text;
}

void append_utf8(std::string& text, char32_t character) {
  const auto tail = [&](int shift) { text += char(0x80 | (character >> shift & 0x3F)); };
  if (character < 0x80) {
    text += char(character);
  } else if (character < 0x800) {
    text += char(0xC0 | character >> 6), tail(0);
  } else if (character < 0x10000) {
    text += char(0xE0 | character >> 12), tail(6), tail(0);
  } else {
    text += char(0xF0 | character >> 18), tail(12), tail(6), tail(0);
  }
}

}  // namespace cudal1::model
