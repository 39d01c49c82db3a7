#include "utf8.h"

#include <gtest/gtest.h>

namespace cudal1::model {
namespace {

TEST(Utf8, ReadsEveryCharacter) {
  for (char32_t character = 0; character < 0x110000; ++character) {
    std::string text;
    append_utf8(text, character);
    const bool surrogate = character >= 0xD800 && character < 0xE000;
    ASSERT_EQ(is_utf8(text), !surrogate) << std::hex << uint32_t(character);
    if (surrogate) continue;
    const Utf8Step step = utf8_at(text, 0);
    ASSERT_EQ(step.character, character);
    ASSERT_EQ(step.length, text.size());
  }
}

TEST(Utf8, ReplacesTheLongestPartThatCouldBeginACharacter) {
  EXPECT_EQ(to_utf8("a\xE2\x82z"), "a\uFFFDz");
  EXPECT_EQ(to_utf8("\xF0\x9F\x91\xF0"), "\uFFFD\uFFFD");
  EXPECT_EQ(to_utf8("\xED\xA0\x80"),
            "\uFFFD\uFFFD\uFFFD");  // a surrogate: no byte goes with the next
  EXPECT_EQ(to_utf8("\xC0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(to_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(to_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "\uFFFD\uFFFD\uFFFD\uFFFD\x41");
}

TEST(Utf8, TellsUnfinishedFromBroken) {
  EXPECT_EQ(utf8_at("\xE2\x82", 0).kind, Utf8Step::Kind::kUnfinished);
  EXPECT_EQ(utf8_at("\xE2\x82z", 0).kind, Utf8Step::Kind::kBroken);
  EXPECT_EQ(utf8_at("\xE0\x80", 0).kind, Utf8Step::Kind::kBroken);
}

TEST(Utf8, CountsAsciiAtTheBegin) {
  for (size_t length = 0; length < 40; ++length) {
    const std::string ascii(length, 'x');
    EXPECT_EQ(ascii_prefix(ascii), length);
    EXPECT_EQ(ascii_prefix(ascii + "é" + ascii), length);
  }
}

}  // namespace
}  // namespace cudal1::model
