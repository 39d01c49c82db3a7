#include "split_pattern.h"

#include <gtest/gtest.h>

#include "cudal1/core/error.h"

namespace cudal1::model {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& pattern, std::string_view text) {
  Pieces pieces(SplitPattern(pattern, "file: field"));
  pieces.start(text);
  Words words;
  for (std::string_view piece; pieces.next(piece);) words.emplace_back(piece);
  return words;
}

std::string refusal_of(const std::string& pattern) {
  try {
    SplitPattern(pattern, "file: field");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(SplitPattern, GivesMatchesAndWhatLiesBetween) {
  EXPECT_EQ(split("b+", "abbcb"), (Words{"a", "bb", "c", "b"}));
  EXPECT_EQ(split("x", "abc"), (Words{"abc"}));
  EXPECT_EQ(split("x", ""), Words{});
  EXPECT_EQ(split("b*", "abbé"), (Words{"a", "bb", "é"}));  // an empty match cuts
  EXPECT_EQ(split("(?=b)", "abbé"), (Words{"a", "b", "bé"}));
}

TEST(SplitPattern, MeansByWhiteSpaceWhatUnicodeMeans) {
  EXPECT_EQ(split(R"(\s+)", "a\u00a0\u0085\u3000b"), (Words{"a", "\u00a0\u0085\u3000", "b"}));
  EXPECT_EQ(split(R"(\s+)", "a\u180eb\u200b"), (Words{"a\u180eb\u200b"}));
  EXPECT_EQ(split(R"([^\sx]+)", "a b"), (Words{"a", " ", "b"}));
  EXPECT_EQ(split(R"(\S+)", "a b"), (Words{"a", " ", "b"}));
  EXPECT_EQ(split(R"(\\s)", "a\\s"), (Words{"a", "\\s"}));
}

TEST(SplitPattern, RefusesWhatOnigurumaReadsDifferently) {
  for (const char* pattern :
       {R"(\w+)",     R"(\h)",      R"(\bx)",   R"([a&&b])", R"([a[bc]])", R"([[:alpha:]])",
        R"([]a])",    R"(a{1,3}+)", R"(a{2}?)", R"(a{,3})",  R"((?m:.))",  R"((?x) a)",
        R"((*UTF)a)", R"((?<n>a))", R"([\S])",  R"(\1)",     R"(\Qa)",     R"(\p{L)",
        R"(\pL)",     R"(a\)",      R"(\x41)",  R"((?C1)a)", R"((?R))"})
    EXPECT_NE(refusal_of(pattern).find("file: field: '"), std::string::npos) << pattern;
}

TEST(SplitPattern, RefusesWhatPcre2Refuses) {
  for (const char* pattern : {"(", "[a", "a)", R"(\p{NoSuchScript})", "*"})
    EXPECT_NE(refusal_of(pattern).find("file: field: PCRE2 does not take"), std::string::npos)
        << pattern;
  EXPECT_NE(refusal_of(std::string(100, '(') + "\xff").find("file: field: "), std::string::npos);
  EXPECT_NE(refusal_of(std::string(5'000, '(') + std::string(5'000, ')')).find("file: field: "),
            std::string::npos);
  EXPECT_NE(refusal_of(std::string(1 << 20, 'a')).find("1048576 bytes"), std::string::npos);
}

TEST(SplitPattern, GivesUpWhereAPatternRunsWild) {
  const std::string text(4'000, 'a');
  for (const char* pattern : {"(a+)+[xy]", "(a|aa)+[xy]", "(?:a|a)*(?!a)[xy]", "(a|b|aa)*[xy]"})
    EXPECT_THROW(split(pattern, text), DataError) << pattern;
}

// Just under the limit at every place.
TEST(SplitPattern, TakesTimeInProportionToTheText) {
  const std::string text(300'000, 'a');
  EXPECT_NO_THROW(split("(?:a|a){1,8}[xy]", text));
}

TEST(SplitPattern, TakesLongTextsWithPublishedPatterns) {
  const std::string llama =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  for (const char* part : {"a", " ", "\n", "\r\n ", "=", "\u3000", "é", "漢", "\n "}) {
    std::string text;
    while (text.size() < 3'000'000) text += part;
    std::string joined;
    for (const std::string& word : split(llama, text)) joined += word;
    EXPECT_EQ(joined, text);
  }
}

}  // namespace
}  // namespace cudal1::model
