#include "byte_alphabet.h"

#include <array>

#include "utf8.h"

namespace cudal1::model {
namespace {

constexpr bool is_visible(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD);
}

constexpr int kLetters = 0x100 + 68;  // 68 bytes are not visible

struct Alphabet {
  std::array<char32_t, 256> letter{};
  std::array<int16_t, kLetters> byte{};
};

constexpr Alphabet make_alphabet() {
  Alphabet alphabet;
  alphabet.byte.fill(-1);
  char32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    alphabet.letter[byte] = is_visible(byte) ? char32_t(byte) : next++;
    alphabet.byte[alphabet.letter[byte]] = int16_t(byte);
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = make_alphabet();

}  // namespace

std::string spelled(std::string_view bytes) {
  std::string spelling;
  for (const char byte : bytes) append_utf8(spelling, kAlphabet.letter[uint8_t(byte)]);
  return spelling;
}

std::optional<std::string> bytes_of_spelling(std::string_view spelling) {
  std::string bytes;
  for (size_t at = 0; at < spelling.size();) {
    const Utf8Step step = utf8_at(spelling, at);
    if (step.kind != Utf8Step::Kind::kCharacter || step.character >= kLetters) return std::nullopt;
    const int byte = kAlphabet.byte[step.character];
    if (byte < 0) return std::nullopt;
    bytes += char(byte);
    at += step.length;
  }
  return bytes;
}

}  // namespace cudal1::model
