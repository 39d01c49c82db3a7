#include "config_key.h"

namespace cudal1::train {
namespace {

// Room for any tokenizer: the greatest that a config.json may name.
constexpr int64_t kAnyVocabulary = int64_t{1} << 28;

bool says_nothing(const Json& words, const char* key) {
  const auto found = words.find(key);
  return found == words.end() || found->is_null() || *found == 0;
}

}  // namespace

model::ModelConfig read_architecture(const Json& given) {
  Json words = given;
  const bool open = says_nothing(words, "vocab_size");
  if (open) words["vocab_size"] = kAnyVocabulary;
  // A family's usual tokens are those of another tokenizer.
  for (const char* key : {"bos_token_id", "eos_token_id"})
    if (!words.contains(key)) words[key] = nullptr;
  model::ModelConfig shape = model::parse_config(words.dump(), "initialise");
  if (open) shape.vocab_size = 0;
  return shape;
}

Json write_architecture(const model::ModelConfig& shape) {
  model::ModelConfig whole = shape;
  const bool open = shape.vocab_size == 0;
  if (open) whole.vocab_size = kAnyVocabulary;
  Json words = Json::parse(model::to_json(whole));
  if (open) words.erase("vocab_size");
  return words;
}

}  // namespace cudal1::train
