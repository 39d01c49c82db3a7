#include "learn_merges.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

namespace cudal1::model {
namespace {

class Learner {
 public:
  Learner(const std::vector<CountedWord>& words, int64_t min_frequency)
      : min_frequency_(min_frequency) {
    for (int byte = 0; byte < 256; ++byte) id_of(std::string(1, char(byte)));
    for (const CountedWord& word : words) add(word);
    for (const auto& [key, pair] : pairs_) propose(key);
  }

  LearntMerges run(size_t tokens) {
    while (learnt_.tokens.size() < tokens && !heap_.empty()) {
      const Proposal best = heap_.top();
      heap_.pop();
      const int64_t count = pairs_.at(best.key).count;
      if (count == best.count)
        merge(best.key);
      else if (count < best.count)
        propose(best.key);  // else a later proposal has the right count
    }
    return std::move(learnt_);
  }

 private:
  using Key = uint64_t;  // left << 32 | right
  static Key key_of(Token left, Token right) { return Key(uint32_t(left)) << 32 | uint32_t(right); }
  static Token left_of(Key key) { return Token(key >> 32); }
  static Token right_of(Key key) { return Token(uint32_t(key)); }

  struct Word {
    std::vector<Token> tokens;
    int64_t count;
  };
  struct Pair {
    int64_t count = 0;
    std::vector<uint32_t> words;  // that hold it, or once did
  };
  struct Proposal {
    int64_t count;
    Key key;
  };
  // The heap's order: the more frequent, then the first in byte order, is the greater.
  struct Worse {
    const Learner* learner;
    bool operator()(const Proposal& a, const Proposal& b) const {
      if (a.count != b.count) return a.count < b.count;
      const auto bytes = [&](Token token) -> const std::string& {
        return learner->learnt_.tokens[token];
      };
      if (const int order = bytes(left_of(a.key)).compare(bytes(left_of(b.key))); order != 0)
        return order > 0;
      return bytes(right_of(a.key)) > bytes(right_of(b.key));
    }
  };

  // Two pairs may make the same token: "a" + "bc", "ab" + "c".
  Token id_of(const std::string& bytes) {
    const auto [known, is_new] = ids_.emplace(bytes, Token(learnt_.tokens.size()));
    if (is_new) learnt_.tokens.push_back(bytes);
    return known->second;
  }

  void add(const CountedWord& word) {
    const auto index = uint32_t(words_.size());
    words_.push_back({{}, word.count});
    std::vector<Token>& tokens = words_.back().tokens;
    for (const char byte : word.bytes) tokens.push_back(Token(uint8_t(byte)));
    for (size_t i = 1; i < tokens.size(); ++i) count(key_of(tokens[i - 1], tokens[i]), index, 1);
  }

  void count(Key key, uint32_t word, int sign) {
    Pair& pair = pairs_[key];
    pair.count += sign * words_[word].count;
    if (sign > 0 && (pair.words.empty() || pair.words.back() != word)) pair.words.push_back(word);
  }

  void propose(Key key) {
    const int64_t count = pairs_[key].count;
    if (count >= min_frequency_) heap_.push({count, key});
  }

  void merge(Key key) {
    const Token left = left_of(key), right = right_of(key);
    const Token merged = id_of(learnt_.tokens[left] + learnt_.tokens[right]);
    learnt_.merges.push_back({left, right});
    const std::vector<uint32_t> words = std::move(pairs_.at(key).words);
    grown_.clear();
    for (const uint32_t word : words) merge_in(word, left, right, merged);
    pairs_.at(key) = {};
    std::sort(grown_.begin(), grown_.end());
    grown_.erase(std::unique(grown_.begin(), grown_.end()), grown_.end());
    for (const Key pair : grown_) propose(pair);
  }

  void merge_in(uint32_t word, Token left, Token right, Token merged) {
    std::vector<Token>& tokens = words_[word].tokens;
    size_t out = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i] != left || i + 1 == tokens.size() || tokens[i + 1] != right) {
        tokens[out++] = tokens[i];
        continue;
      }
      if (out > 0) replace(word, key_of(tokens[out - 1], left), key_of(tokens[out - 1], merged));
      if (i + 2 < tokens.size())
        replace(word, key_of(right, tokens[i + 2]), key_of(merged, tokens[i + 2]));
      tokens[out++] = merged;
      ++i;
    }
    tokens.resize(out);
  }

  void replace(uint32_t word, Key before, Key now) {
    count(before, word, -1);
    count(now, word, 1);
    grown_.push_back(now);
  }

  int64_t min_frequency_;
  LearntMerges learnt_;
  std::unordered_map<std::string, Token> ids_;
  std::vector<Word> words_;
  std::unordered_map<Key, Pair> pairs_;
  std::priority_queue<Proposal, std::vector<Proposal>, Worse> heap_{Worse{this}};
  std::vector<Key> grown_;  // pairs that the merge at work made more frequent
};

}  // namespace

LearntMerges learn_merges(const std::vector<CountedWord>& words, size_t tokens,
                          int64_t min_frequency) {
  return Learner(words, min_frequency).run(tokens);
}

}  // namespace cudal1::model
