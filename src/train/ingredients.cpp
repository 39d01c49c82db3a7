#include "ingredients.h"

#include <algorithm>
#include <cmath>

#include "cudal1/core/error.h"
#include "cudal1/model/checkpoint.h"

namespace cudal1::train {
namespace {

using model::Tokenizer;

constexpr int64_t kVocabularyMultiple = 64;  // of rows: matrix products like it

// To learn merges from.
std::vector<std::string> texts_of(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> texts;
  for (TextPair& pair : read_pairs(files))
    for (std::string* text : {&pair.prompt, &pair.completion}) texts.push_back(std::move(*text));
  return texts;
}

Tokenizer tokenizer_of(const TrainConfig& config) {
  if (config.train_tokenizer)
    return Tokenizer::parse(model::train_tokenizer(texts_of(config.data), *config.train_tokenizer),
                            "tokenizer.json");
  return Tokenizer::read(config.tokenizer.empty() ? config.start / "tokenizer.json"
                                                  : config.tokenizer);
}

model::Token end_of(const model::ModelConfig& shape, const Tokenizer& tokenizer) {
  if (!shape.eos.empty()) return shape.eos.front();
  for (const char* name : {"<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>"})
    if (const auto id = tokenizer.id_of(name)) return *id;
  throw DataError("neither the model nor the tokenizer names a token that ends a text",
                  "Give the architecture an \"eos_token_id\", or the tokenizer an <|endoftext|>.");
}

model::ModelConfig shape_of(const TrainConfig& config, const Tokenizer& tokenizer) {
  model::ModelConfig shape =
      config.initialise ? *config.initialise : model::read_config(config.start);
  if (shape.vocab_size == 0)
    shape.vocab_size =
        (tokenizer.size() + kVocabularyMultiple - 1) / kVocabularyMultiple * kVocabularyMultiple;
  if (shape.vocab_size < tokenizer.size())
    throw DataError("the tokenizer has " + std::to_string(tokenizer.size()) +
                        " tokens, the model knows " + std::to_string(shape.vocab_size),
                    "They belong to different models.");
  if (shape.eos.empty()) shape.eos = {end_of(shape, tokenizer)};
  return shape;
}

std::optional<model::LoraShape> adapter_of(const TrainConfig& config) {
  if (!config.start_adapter.empty()) return model::read_lora_shape(config.start_adapter);
  if (config.lora.rank == 0) return std::nullopt;
  model::LoraShape shape{config.lora.rank, config.lora.alpha, {}};
  for (const std::string& target : model::lora_targets())  // in one order, whatever the file has
    if (std::ranges::count(config.lora.targets, target) > 0) shape.targets.push_back(target);
  return shape;
}

// Before anything is made of it; of their weights nothing but the headers is read.
void check_start(const TrainConfig& config, const model::ModelConfig& shape) {
  if (!config.start.empty()) model::Checkpoint::open(config.start);
  if (!config.start_adapter.empty()) model::Adapter::open(config.start_adapter, shape);
}

// Every so-manieth example is held out, so that the files' order does not matter.
std::vector<Example> hold_out(std::vector<Example>& examples, double share) {
  // One is left to learn from.
  const auto wanted =
      std::min(size_t(std::llround(double(examples.size()) * share)), examples.size() - 1);
  if (wanted == 0) return {};
  const size_t stride = examples.size() / wanted;
  std::vector<Example> kept, heldout;
  for (size_t i = 0; i < examples.size(); ++i) {
    const bool out = i % stride == stride / 2 && heldout.size() < wanted;
    (out ? heldout : kept).push_back(std::move(examples[i]));
  }
  examples = std::move(kept);
  return heldout;
}

}  // namespace

int64_t Ingredients::tokens() const {
  int64_t total = 0;
  for (const Example& example : examples) total += int64_t(example.tokens.size()) - 1;
  return total;
}

Ingredients gather(const TrainConfig& config) {
  Tokenizer tokenizer = tokenizer_of(config);
  const model::ModelConfig shape = shape_of(config, tokenizer);
  check_start(config, shape);
  Ingredients found{std::move(tokenizer), shape, shape.eos.front(), {}, {}, adapter_of(config)};
  const int64_t longest = std::min(config.max_length, shape.max_positions);
  found.examples = read_examples(config.data, found.tokenizer, found.end, longest);
  if (found.examples.empty())
    throw DataError("the training files hold no example with something to learn",
                    "Are they empty, or max_length shorter than their prompts?");
  found.heldout = config.heldout.empty()
                      ? hold_out(found.examples, config.heldout_share)
                      : read_examples(config.heldout, found.tokenizer, found.end, longest);
  return found;
}

int64_t steps_of(const TrainConfig& config, const Ingredients& ingredients) {
  if (config.steps) return *config.steps;
  const double steps = config.epochs * double(ingredients.tokens()) / double(config.batch_tokens);
  return std::max<int64_t>(1, int64_t(std::ceil(steps)));
}

}  // namespace cudal1::train
