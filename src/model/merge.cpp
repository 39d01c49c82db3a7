#include "merge.h"

#include <algorithm>
#include <bit>

#include "cudal1/core/assert.h"

namespace cudal1::model {
namespace {

constexpr size_t kShort =
    48;  // tokens of a word up to which looking at all of them is faster than a heap
constexpr Token kGone = -1;

}  // namespace

MergeTable::MergeTable(size_t merges)
    : places_(std::bit_ceil(std::max<size_t>(2 * merges + 1, 16)), Merge{0, 0, kNone, 0}),
      shift_(64 - std::countr_zero(places_.size())) {}

void MergeTable::set(Token left, Token right, uint32_t rank, Token merged) {
  CUDAL1_ASSERT(rank != kNone);
  const size_t at = size_t(&find(left, right) - places_.data());
  places_[at] = {uint32_t(left), uint32_t(right), rank, merged};
}

void Merger::merge(std::vector<Token>& word) {
  if (word.size() < 2) return;
  if (word.size() <= kShort)
    merge_short(word);
  else
    merge_long(word);
}

void Merger::merge_short(std::vector<Token>& word) {
  uint32_t ranks[kShort] = {};  // of each token with the next one
  Token merged[kShort] = {};    // what they become
  size_t size = word.size();
  const auto look_up = [&](size_t at) {
    if (at + 1 == size) return void(ranks[at] = MergeTable::kNone);
    const MergeTable::Merge& merge = table_.find(word[at], word[at + 1]);
    ranks[at] = merge.rank;
    merged[at] = merge.merged;
  };
  for (size_t i = 0; i < size; ++i) look_up(i);
  for (;;) {
    const size_t at = size_t(std::min_element(ranks, ranks + size) - ranks);
    if (ranks[at] == MergeTable::kNone) break;
    word[at] = merged[at];
    --size;
    for (size_t i = at + 1; i < size; ++i) {
      word[i] = word[i + 1];
      ranks[i] = ranks[i + 1];
      merged[i] = merged[i + 1];
    }
    look_up(at);
    if (at > 0) look_up(at - 1);
  }
  word.resize(size);
}

void Merger::propose(const std::vector<Token>& word, int64_t at) {
  if (at < 0 || links_[at].after < 0) return;
  const Token left = word[at], right = word[links_[at].after];
  const uint32_t rank = table_.find(left, right).rank;
  if (rank == MergeTable::kNone) return;
  heap_.push_back({rank, at, left, right});
  std::push_heap(heap_.begin(), heap_.end());
}

void Merger::unite(std::vector<Token>& word, const Candidate& pair) {
  const int64_t gone = links_[pair.at].after;
  word[pair.at] = table_.find(pair.left, pair.right).merged;
  word[gone] = kGone;
  const int64_t after = links_[pair.at].after = links_[gone].after;
  if (after >= 0) links_[after].before = pair.at;
  propose(word, links_[pair.at].before);
  propose(word, pair.at);
}

void Merger::merge_long(std::vector<Token>& word) {
  const int64_t size = int64_t(word.size());
  links_.resize(word.size());
  heap_.clear();
  for (int64_t i = 0; i < size; ++i) links_[i] = {i - 1, i + 1 < size ? i + 1 : -1};
  for (int64_t i = 0; i < size; ++i) propose(word, i);
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end());
    const Candidate pair = heap_.back();
    heap_.pop_back();
    // Outdated where either of the two has become part of something else.
    const int64_t after = links_[pair.at].after;
    if (word[pair.at] == pair.left && after >= 0 && word[after] == pair.right) unite(word, pair);
  }
  std::erase(word, kGone);
}

}  // namespace cudal1::model
