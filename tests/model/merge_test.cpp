#include "merge.h"

#include <gtest/gtest.h>

#include <random>

namespace cudal1::model {
namespace {

// The definition, word for word.
std::vector<Token> merged_slowly(const MergeTable& table, std::vector<Token> word) {
  for (;;) {
    uint32_t best = MergeTable::kNone;
    size_t at = 0;
    for (size_t i = 0; i + 1 < word.size(); ++i)
      if (const uint32_t rank = table.find(word[i], word[i + 1]).rank; rank < best)
        best = rank, at = i;
    if (best == MergeTable::kNone) return word;
    word[at] = table.find(word[at], word[at + 1]).merged;
    word.erase(word.begin() + int64_t(at) + 1);
  }
}

TEST(MergeTable, FindsWhatWasSet) {
  MergeTable table(1000);
  for (Token i = 0; i < 1000; ++i) table.set(i, 1000 - i, uint32_t(i), 2 * i);
  for (Token i = 0; i < 1000; ++i) {
    EXPECT_EQ(table.find(i, 1000 - i).rank, uint32_t(i));
    EXPECT_EQ(table.find(i, 1000 - i).merged, 2 * i);
    EXPECT_EQ(table.find(i, 1001 - i).rank, MergeTable::kNone);
  }
  table.set(3, 997, 5000, 1);
  EXPECT_EQ(table.find(3, 997).rank, 5000u);
  EXPECT_EQ(MergeTable().find(0, 0).rank, MergeTable::kNone);
}

TEST(Merger, IsTheDefinitionForWordsOfAllLengths) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    // Tokens 0 to 3 are letters; each merge makes a new token of two that there are.
    MergeTable table(40);
    for (uint32_t rank = 0; rank < 40; ++rank) {
      const Token made = Token(4 + rank);
      const Token left = Token(random() % uint32_t(made)), right = Token(random() % uint32_t(made));
      if (table.find(left, right).rank == MergeTable::kNone) table.set(left, right, rank, made);
    }
    Merger merger(table);
    for (const size_t length : {0, 1, 2, 7, 47, 48, 49, 300}) {
      std::vector<Token> word(length);
      for (Token& token : word) token = Token(random() % 4);
      const std::vector<Token> expected = merged_slowly(table, word);
      merger.merge(word);
      ASSERT_EQ(word, expected) << round << " " << length;
    }
  }
}

}  // namespace
}  // namespace cudal1::model
