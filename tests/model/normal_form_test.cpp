#include "normal_form.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <cstdlib>

#include "utf8.h"

namespace cudal1::model {
namespace {

std::string composed(std::string_view text) {
  std::string buffer;
  return std::string(normal_form(text, buffer));
}

std::string all_at_once(const std::string& text) {
  uint8_t* result = nullptr;
  const auto length =
      utf8proc_map(reinterpret_cast<const uint8_t*>(text.data()), ssize_t(text.size()), &result,
                   utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  std::string copy(reinterpret_cast<const char*>(result), size_t(length));
  std::free(result);
  return copy;
}

// Marks that Unicode 9 does not know, but the utf8proc at hand does: see normal_form.cpp.
bool is_young_mark(char32_t character) {
  const std::string text = [&] {
    std::string bytes = "a";
    append_utf8(bytes, character);
    return bytes + "\u0334";  // class 1: goes before all other marks
  }();
  return composed(text) != all_at_once(text);
}

TEST(NormalForm, LeavesAsciiWhereItIs) {
  const std::string text = "int main() { return 0; }";
  std::string buffer;
  EXPECT_EQ(normal_form(text, buffer).data(), text.data());
  EXPECT_EQ(normal_form("", buffer), "");
}

TEST(NormalForm, Composes) {
  EXPECT_EQ(composed("xe\u0301y"), "x\u00e9y");
  EXPECT_EQ(composed("s\u0307\u0323"), "\u1e69");  // marks change places
  EXPECT_EQ(composed("\u212b\u2126"), "\u00c5\u03a9");
  EXPECT_EQ(composed("\u1100\u1161\u11a8\uac00\u11a8"), "\uac01\uac01");
  EXPECT_EQ(composed("\u304b\u3099"), "\u304c");
  EXPECT_EQ(composed("\u0958"), "\u0915\u093c");  // never composed
  EXPECT_EQ(composed("\u0301a"), "\u0301a");
}

// What the short cut says about characters that it takes for inert.
TEST(NormalForm, IsThatOfTheWholeTextForEveryCharacter) {
  const std::string marks = "\u0301\u0323\u3099\u1161\u11a8";
  int young = 0;
  for (char32_t character = 1; character < 0x20000; ++character) {
    if (character >= 0xD800 && character < 0xE000) continue;
    if (is_young_mark(character)) {
      ++young;
      continue;
    }
    std::string text = "a";
    append_utf8(text, character);
    text += "\u0301z\uac00";
    append_utf8(text, character);
    text += "\u3099\u11a8";
    append_utf8(text, character);
    text += marks;
    ASSERT_EQ(composed(text), all_at_once(text)) << std::hex << uint32_t(character);
  }
  EXPECT_LT(young, 200);
}

TEST(NormalForm, LeavesMarksYoungerThanUnicode9WhereTheyAre) {
  EXPECT_EQ(composed("a\u0899\u0323\u0301e\u0301"), "a\u0899\u0323\u0301\u00e9");
  EXPECT_EQ(composed("\u1deb\u1dfa\u0323\u1dfa"), "\u1deb\u1dfa\u0323\u1dfa");
  EXPECT_EQ(composed("\U00011935\U00011930"), "\U00011935\U00011930");
}

TEST(NormalForm, TakesManyMarksInReasonableTime) {
  std::string text = "a";
  for (int i = 0; i < 200'000; ++i) text += "\u0301\u0323";
  EXPECT_EQ(composed(text).substr(0, 8), "\u1ea1\u0323\u0323" + std::string("\xcc"));
}

}  // namespace
}  // namespace cudal1::model
