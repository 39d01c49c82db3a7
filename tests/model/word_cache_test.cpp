#include "word_cache.h"

#include <gtest/gtest.h>

namespace cudal1::model {
namespace {

TEST(WordCache, KnowsWhatWasAddedAlsoWhenItIsFull) {
  WordCache cache;
  int known = 0;
  for (int round = 0; round < 2; ++round)
    for (Token i = 0; i < 200'000; ++i) {
      const std::string word = "word" + std::to_string(i);
      const uint64_t hash = WordCache::hash(word);
      if (const auto* tokens = cache.find(word, hash)) {
        ASSERT_EQ(std::vector<Token>(tokens->begin(), tokens->end()),
                  (std::vector<Token>{i, i + 1}));
        ++known;
      } else {
        cache.add(word, hash, std::vector<Token>{i, i + 1});
        ASSERT_NE(cache.find(word, hash), nullptr);
      }
    }
  EXPECT_LT(known, 200'000);
}

TEST(WordCache, TellsWordsOfEqualHashApart) {
  WordCache cache;
  cache.add("a", 1, std::vector<Token>{1});
  EXPECT_EQ(cache.find("b", 1), nullptr);
  EXPECT_EQ(cache.find("aa", 1), nullptr);
}

TEST(WordCache, LeavesLongWordsOut) {
  WordCache cache;
  const std::string word(100'000, 'x');
  cache.add(word, WordCache::hash(word), std::vector<Token>{1});
  EXPECT_EQ(cache.find(word, WordCache::hash(word)), nullptr);
}

}  // namespace
}  // namespace cudal1::model
