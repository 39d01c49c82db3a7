// What is learned from: texts as tokens, drawn in an order that a seed and a position determine.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "cudal1/core/rng.h"
#include "cudal1/model/tokenizer.h"

namespace cudal1::train {

struct Example {
  std::vector<model::Token> tokens;
  int64_t learned_from = 0;  // the first token that is learned; those before are the prompt
};

// A sequence of tokens and what weight each next token has in the loss.
struct Sequence {
  std::vector<model::Token> tokens;  // n + 1
  std::vector<float> weights;        // [n]: of tokens[i + 1] given tokens[0 … i]
};

// Sequences that go through the model together, one after the other without padding.
struct MicroBatch {
  std::vector<Sequence> sequences;
  int64_t tokens() const;  // that the model reads
};

// A line of a JSONL file.
struct TextPair {
  std::string prompt, completion;
};
// DataError naming file and line.
std::vector<TextPair> read_pairs(std::span<const std::filesystem::path> files);

// The examples of JSONL files: {"prompt", "completion"} per line, further keys are allowed. The
// completion ends with the tokenizer's end token. Those longer than `max_length` tokens lose their
// ends, or are left out where nothing to learn remains; a warning tells how many. DataError naming
// file and line.
std::vector<Example> read_examples(std::span<const std::filesystem::path> files,
                                   const model::Tokenizer& tokenizer, model::Token end,
                                   int64_t max_length);

// Endless: every epoch in another order. `next(tokens)` takes whole examples up to that many
// tokens, at least one.
class ExampleStream {
 public:
  ExampleStream(std::span<const Example> examples, uint64_t seed);
  std::vector<const Example*> next(int64_t tokens);

  struct Position {
    uint64_t epoch = 0, index = 0;
    bool operator==(const Position&) const = default;
  };
  Position position() const { return position_; }
  void seek(Position position);
  double epochs() const;  // done, with the fraction of the present one

 private:
  void shuffle();
  std::span<const Example> examples_;
  uint64_t seed_;
  Position position_;
  std::vector<uint32_t> order_;
};

// Of one step: whole examples in micro-batches of at most `micro_tokens` tokens; all weights
// together are 1.
std::vector<MicroBatch> pack(std::span<const Example* const> examples, int64_t micro_tokens);

}  // namespace cudal1::train
