#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "tokenizer_fixtures.h"
#include "learn_merges.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

json merges_of(const std::vector<std::string>& texts, int32_t merges, int64_t min_frequency = 1) {
  const TokenizerTraining training = {256 + merges, {}, min_frequency};
  return json::parse(train_tokenizer(texts, training))["model"]["merges"];
}

TEST(TrainTokenizer, MergesTheMostFrequentPairFirst) {
  EXPECT_EQ(merges_of({"abc abc bc"}, 2), json::array({"b c", "a bc"}));
  EXPECT_EQ(merges_of({"aaaa"}, 2), json::array({"a a", "aa aa"}));
}

TEST(TrainTokenizer, OfEqualsTakesTheFirstInByteOrder) {
  EXPECT_EQ(merges_of({"xy", "ab", "ac"}, 3), json::array({"a b", "a c", "x y"}));
  EXPECT_EQ(merges_of({"ß", "é"}, 2), json::array({"Ã Ł", "Ã ©"}));  // C3 9F before C3 A9
}

TEST(TrainTokenizer, StopsAtTheFrequency) {
  EXPECT_EQ(merges_of({"ab ab cd"}, 10, 2), json::array({"a b"}));
  EXPECT_TRUE(merges_of({"abcdef"}, 10, 2).empty());
}

// The slow way: count everything anew before each merge.
std::vector<LearntMerge> learnt_slowly(const std::vector<CountedWord>& words, size_t merges) {
  std::vector<std::string> bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.emplace_back(1, char(byte));
  std::vector<std::vector<Token>> split;
  for (const CountedWord& word : words) {
    split.emplace_back();
    for (const char byte : word.bytes) split.back().push_back(uint8_t(byte));
  }
  std::vector<LearntMerge> learnt;
  while (learnt.size() < merges) {
    std::map<std::pair<std::string, std::string>, std::pair<int64_t, LearntMerge>> counts;
    for (size_t w = 0; w < words.size(); ++w)
      for (size_t i = 1; i < split[w].size(); ++i) {
        auto& entry = counts[{bytes[split[w][i - 1]], bytes[split[w][i]]}];
        entry.first += words[w].count;
        entry.second = {split[w][i - 1], split[w][i]};
      }
    const auto best =
        std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
          return a.second.first < b.second.first;  // the first of equals, in byte order
        });
    if (best == counts.end()) break;
    const LearntMerge merge = best->second.second;
    const std::string made = bytes[merge.left] + bytes[merge.right];
    auto known = std::find(bytes.begin(), bytes.end(), made);
    if (known == bytes.end()) known = bytes.insert(bytes.end(), made);
    for (auto& tokens : split)
      for (size_t i = 0; i + 1 < tokens.size(); ++i)
        if (tokens[i] == merge.left && tokens[i + 1] == merge.right) {
          tokens[i] = Token(known - bytes.begin());
          tokens.erase(tokens.begin() + int64_t(i) + 1);
        }
    learnt.push_back(merge);
  }
  return learnt;
}

TEST(TrainTokenizer, CountsAsIfItCountedAnew) {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<CountedWord> words(30);
    for (CountedWord& word : words) {
      for (size_t length = 1 + random() % 12; length > 0; --length)
        word.bytes += char('a' + random() % 3);
      word.count = 1 + random() % 4;
    }
    const std::vector<LearntMerge> ours = learn_merges(words, 256 + 25, 1).merges;
    const std::vector<LearntMerge> expected = learnt_slowly(words, ours.size());
    for (size_t i = 0; i < ours.size(); ++i) {
      ASSERT_EQ(ours[i].left, expected[i].left) << round << " " << i;
      ASSERT_EQ(ours[i].right, expected[i].right) << round << " " << i;
    }
  }
}

TEST(TrainTokenizer, MakesATokenizerOfTheSizeAskedFor) {
  const std::vector<std::string> texts = {read_file(CUDAL1_SOURCE_DIR "/README.md"),
                                          "Grüße \xff\n"};
  const TokenizerTraining training = {.vocab_size = 600};
  const std::string json = train_tokenizer(texts, training);
  EXPECT_EQ(train_tokenizer(texts, training), json);
  const Tokenizer tokenizer = Tokenizer::parse(json, "trained");
  EXPECT_EQ(tokenizer.size(), 600);
  EXPECT_EQ(tokenizer.id_of("<|im_end|>"), 599);
  EXPECT_TRUE(tokenizer.is_special(599));
  const std::vector<Token> tokens = tokenizer.encode(texts[0]);
  EXPECT_EQ(tokenizer.decode(tokens), texts[0]);
  EXPECT_LT(tokens.size(), texts[0].size() * 2 / 3);
}

TEST(TrainTokenizer, TakesTextsThatHoldNothing) {
  const Tokenizer tokenizer = Tokenizer::parse(train_tokenizer({}, {}), "trained");
  EXPECT_EQ(tokenizer.size(), 259);
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("é")), "é");
}

TEST(TrainTokenizer, RefusesWhatCannotBe) {
  const std::vector<std::string> texts = {"the the the"};
  EXPECT_THROW(train_tokenizer(texts, {.vocab_size = 258}), UsageError);
  EXPECT_THROW(train_tokenizer(texts, {.vocab_size = INT32_MAX}), UsageError);
  EXPECT_THROW(train_tokenizer(texts, {.special_tokens = {"<s>", "<s>"}}), UsageError);
  EXPECT_THROW(train_tokenizer(texts, {.special_tokens = {""}}), UsageError);
  EXPECT_THROW(train_tokenizer(texts, {.special_tokens = {"\xff\xff"}}), UsageError);
  EXPECT_THROW(train_tokenizer(texts, {.special_tokens = {"the"}}), UsageError);
}

}  // namespace
}  // namespace cudal1::model
