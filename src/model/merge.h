// The merges of byte-pair encoding: of all neighbours in a word the pair of the lowest rank becomes
// one token, the leftmost first, until none is left that merges.
#pragma once

#include <cstdint>
#include <vector>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

// (left, right) → (rank, merged). Filled once, then only read.
class MergeTable {
 public:
  struct Merge {
    uint32_t left, right;
    uint32_t rank;  // kNone: an empty place
    Token merged;
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit MergeTable(size_t merges = 0);
  // At most as many as were said. A pair that is there already gets the new rank.
  void set(Token left, Token right, uint32_t rank, Token merged);
  // Of rank kNone where the pair does not merge.
  const Merge& find(Token left, Token right) const {
    size_t at = place(left, right);
    while (places_[at].rank != kNone &&
           (places_[at].left != uint32_t(left) || places_[at].right != uint32_t(right)))
      at = (at + 1) & (places_.size() - 1);
    return places_[at];
  }

 private:
  size_t place(Token left, Token right) const {
    uint64_t key = (uint64_t(uint32_t(left)) << 32 | uint32_t(right)) * 0x9E3779B97F4A7C15u;
    key ^= key >> 32;
    return key * 0xD6E8FEB86659FD93u >> shift_;
  }
  std::vector<Merge> places_;  // a power of two, at least half of them empty
  int shift_;
};

// Merges words; keeps its memory from one to the next. For one thread.
class Merger {
 public:
  explicit Merger(const MergeTable& table) : table_(table) {}
  void merge(std::vector<Token>& word);

 private:
  void merge_short(std::vector<Token>& word);
  void merge_long(std::vector<Token>& word);

  // A token in the list of those that are left of a long word.
  struct Link {
    int64_t before, after;  // -1: none
  };
  struct Candidate {
    uint32_t rank;
    int64_t at;  // of the left one
    Token left, right;
    bool operator<(const Candidate& other) const {  // the first to merge is the greatest
      return rank != other.rank ? rank > other.rank : at > other.at;
    }
  };
  void propose(const std::vector<Token>& word, int64_t at);
  void unite(std::vector<Token>& word, const Candidate& pair);

  const MergeTable& table_;
  std::vector<Link> links_;
  std::vector<Candidate> heap_;
};

}  // namespace cudal1::model
