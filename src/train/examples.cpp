#include "cudal1/train/examples.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cudal1/core/assert.h"
#include "cudal1/core/error.h"
#include "cudal1/core/log.h"

namespace cudal1::train {
namespace {

using model::Token;
using model::Tokenizer;
using nlohmann::json;

[[noreturn]] void refuse(const std::filesystem::path& file, size_t line, const std::string& what) {
  throw DataError(file.string() + ":" + std::to_string(line) + ": " + what,
                  R"(Each line is an object: {"prompt": "…", "completion": "…"}.)");
}

std::string text_of(const json& object, const char* key, const std::filesystem::path& file,
                    size_t line) {
  const auto found = object.find(key);
  if (found == object.end()) refuse(file, line, std::string("there is no \"") + key + "\"");
  if (!found->is_string()) refuse(file, line, std::string("\"") + key + "\" is no text");
  return *found;
}

TextPair pair_of(const std::string& text, const std::filesystem::path& file, size_t line) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) refuse(file, line, "this is no JSON object");
  return {text_of(object, "prompt", file, line), text_of(object, "completion", file, line)};
}

// A folder or a device could be read without an end, or as if it were empty.
std::ifstream opened(const std::filesystem::path& file) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  std::string why = failed ? failed.message() : "it is not a regular file";
  std::ifstream stream;
  if (std::filesystem::is_regular_file(status)) {
    stream.open(file);
    why = "permission denied";
  }
  if (!stream.is_open())
    throw DataError("cannot read '" + file.string() + "': " + why,
                    "data and heldout of the configuration name such files; their paths start from "
                    "its folder.");
  return stream;
}

Example example_of(const TextPair& pair, const Tokenizer& tokenizer, Token end) {
  Example example{tokenizer.encode(pair.prompt), 0};
  example.learned_from = int64_t(example.tokens.size());
  const auto completion = tokenizer.encode(pair.completion);
  example.tokens.insert(example.tokens.end(), completion.begin(), completion.end());
  example.tokens.push_back(end);
  // A first token follows nothing: it cannot be learned.
  example.learned_from = std::max<int64_t>(1, example.learned_from);
  return example;
}

// False where nothing is left to learn.
bool cut(Example& example, int64_t max_length) {
  example.tokens.resize(size_t(max_length));
  return example.learned_from < max_length;
}

void tell_of_long(int64_t cut, int64_t left_out, int64_t max_length) {
  if (cut + left_out == 0) return;
  log::warning(std::to_string(cut + left_out) +
               " examples have more than max_length = " + std::to_string(max_length) +
               " tokens: " + std::to_string(cut) + " lose their ends, " + std::to_string(left_out) +
               " are left out, as their prompt alone is so long");
}

Sequence sequence_of(const Example& example, float weight) {
  Sequence sequence{example.tokens, std::vector<float>(example.tokens.size() - 1, weight)};
  std::fill_n(sequence.weights.begin(), example.learned_from - 1, 0.0f);
  return sequence;
}

}  // namespace

int64_t MicroBatch::tokens() const {
  int64_t total = 0;
  for (const Sequence& sequence : sequences) total += int64_t(sequence.weights.size());
  return total;
}

std::vector<TextPair> read_pairs(std::span<const std::filesystem::path> files) {
  std::vector<TextPair> pairs;
  for (const auto& file : files) {
    std::ifstream stream = opened(file);
    size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
      ++number;
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      pairs.push_back(pair_of(line, file, number));
    }
  }
  return pairs;
}

std::vector<Example> read_examples(std::span<const std::filesystem::path> files,
                                   const Tokenizer& tokenizer, Token end, int64_t max_length) {
  std::vector<Example> examples;
  int64_t shortened = 0, left_out = 0;
  for (const TextPair& pair : read_pairs(files)) {
    Example example = example_of(pair, tokenizer, end);
    if (int64_t(example.tokens.size()) > max_length)
      ++(cut(example, max_length) ? shortened : left_out);
    if (example.learned_from < int64_t(example.tokens.size()))
      examples.push_back(std::move(example));
  }
  tell_of_long(shortened, left_out, max_length);
  return examples;
}

ExampleStream::ExampleStream(std::span<const Example> examples, uint64_t seed)
    : examples_(examples), seed_(seed), order_(examples.size()) {
  CUDAL1_ASSERT(!examples.empty());
  shuffle();
}

// Of an epoch, whatever came before it.
void ExampleStream::shuffle() {
  std::iota(order_.begin(), order_.end(), 0u);
  Rng rng(seed_ ^ (position_.epoch * 0x9e3779b97f4a7c15ull));
  for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[rng.below(i)]);
}

std::vector<const Example*> ExampleStream::next(int64_t tokens) {
  std::vector<const Example*> taken;
  for (int64_t left = tokens;;) {
    if (position_.index == order_.size()) {
      position_ = {position_.epoch + 1, 0};
      shuffle();
    }
    const Example& example = examples_[order_[position_.index]];
    left -= int64_t(example.tokens.size()) - 1;
    if (left < 0 && !taken.empty()) return taken;
    taken.push_back(&example);
    ++position_.index;
    if (left <= 0) return taken;
  }
}

void ExampleStream::seek(Position position) {
  CUDAL1_ASSERT(position.index <= order_.size());
  position_ = position;
  shuffle();
}

double ExampleStream::epochs() const {
  return double(position_.epoch) + double(position_.index) / double(order_.size());
}

std::vector<MicroBatch> pack(std::span<const Example* const> examples, int64_t micro_tokens) {
  int64_t learned = 0;
  for (const Example* example : examples)
    learned += int64_t(example->tokens.size()) - example->learned_from;
  std::vector<MicroBatch> batches;
  for (const Example* example : examples) {
    const int64_t tokens = int64_t(example->tokens.size()) - 1;
    if (batches.empty() || batches.back().tokens() + tokens > micro_tokens) batches.emplace_back();
    batches.back().sequences.push_back(sequence_of(*example, float(1.0 / double(learned))));
  }
  return batches;
}

}  // namespace cudal1::train
