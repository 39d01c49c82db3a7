// Texts from a model: many at a time, each with its own seed, the next begun where one ends.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "cudal1/model/sampling.h"
#include "cudal1/model/transformer.h"

namespace cudal1::model {

// One prompt and as many texts that go on from it as there are seeds. It is read once for all of
// them.
struct Prompt {
  std::vector<Token> tokens;  // at least one
  Sampling sampling;
  std::vector<uint64_t> seeds;
};

struct GeneratorOptions {
  int64_t max_batch = 64;  // texts at a time
  bool deterministic =
      false;  // the same seed gives the same text whatever else is in the batch; slower
};

// What was added to text number `sample` of prompt number `prompt`: whole characters, in order.
using OnText = std::function<void(size_t prompt, size_t sample, const std::string& added)>;

class Decoder;

class Generator {
 public:
  Generator(const Transformer& transformer, const Tokenizer& tokenizer,
            const GeneratorOptions& options = {});
  ~Generator();
  // [prompt][sample]. A prompt that is longer than the model's positions is a DataError. After
  // `stop` the texts end where they are. Memory for keys and values is kept for the next call.
  std::vector<std::vector<Generated>> run(std::span<const Prompt> prompts,
                                          const OnText& on_text = {}, std::stop_token stop = {});

 private:
  std::unique_ptr<Decoder> take_decoder(int64_t slots, int64_t length);

  const Transformer& transformer_;
  const Tokenizer& tokenizer_;
  GeneratorOptions options_;
  std::unique_ptr<Decoder> decoder_;
  int64_t slots_asked_ = 0;
};

}  // namespace cudal1::model
