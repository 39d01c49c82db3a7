#include "config_key.h"

namespace cudal1::train {

std::vector<std::string> contradictions_of(const TrainConfig& config) {
  std::vector<std::string> problems;
  const bool starts = !config.start.empty(), trains = config.train_tokenizer.has_value();
  if (config.stage != "sft")
    problems.push_back("stage is \"" + config.stage + "\", expected \"sft\"");
  if (starts && config.initialise)
    problems.emplace_back("start and initialise are both given, expected one of them");
  if (!config.tokenizer.empty() && trains)
    problems.emplace_back("tokenizer and train_tokenizer are both given, expected one of them");
  if (starts && trains)
    problems.emplace_back(
        "start and train_tokenizer are both given: a model knows its own tokens only");
  if (config.lora.rank > 0)
    problems.push_back("lora.rank is " + std::to_string(config.lora.rank) +
                       ", expected 0: adapters are not there yet");
  if (!trains) return problems;
  const auto least = 256 + int64_t(config.train_tokenizer->special_tokens.size());
  if (config.train_tokenizer->vocab_size < least)
    problems.push_back("train_tokenizer.vocab_size is " +
                       std::to_string(config.train_tokenizer->vocab_size) + ", expected " +
                       std::to_string(least) + " at least: the bytes and the special tokens");
  return problems;
}

std::vector<std::string> omissions_of(const TrainConfig& config) {
  std::vector<std::string> problems;
  if (config.start.empty() && !config.initialise)
    problems.emplace_back(
        "neither start nor initialise is given: expected the folder of a model, or an "
        "architecture");
  if (config.initialise && config.tokenizer.empty() && !config.train_tokenizer)
    problems.emplace_back(
        "initialise needs a tokenizer: expected tokenizer or train_tokenizer, too");
  if (config.data.empty()) problems.emplace_back("data names no file, expected at least one");
  return problems;
}

}  // namespace cudal1::train
