// The training of byte-pair encoding, from counted words to merges.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

struct CountedWord {
  std::string bytes;
  int64_t count;
};
struct LearntMerge {
  Token left, right;
};
struct LearntMerges {
  std::vector<std::string> tokens;  // by id, as bytes: the 256 bytes, then what merges made
  std::vector<LearntMerge> merges;  // by rank
};

// Merges until there are `tokens` tokens or no pair stands `min_frequency` times. The order of the
// words does not matter.
LearntMerges learn_merges(const std::vector<CountedWord>& words, size_t tokens,
                          int64_t min_frequency);

}  // namespace cudal1::model
