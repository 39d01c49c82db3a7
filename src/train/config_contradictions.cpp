#include "config_key.h"

#include <algorithm>

namespace cudal1::train {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void add_adapter_problems(const TrainConfig& config, std::vector<std::string>& problems) {
  const bool goes_on = !config.start_adapter.empty();
  const std::string rank = "lora.rank is " + std::to_string(config.lora.rank);
  for (const std::string& target : config.lora.targets)
    if (std::ranges::count(model::lora_targets(), target) == 0)
      problems.push_back("lora.targets has \"" + target + "\", expected any of " +
                         joined(model::lora_targets()));
    else if (std::ranges::count(config.lora.targets, target) > 1) {
      problems.push_back("lora.targets has \"" + target + "\" twice");
      break;
    }
  if (config.lora.rank > 0 && config.lora.targets.empty())
    problems.push_back(rank + " and lora.targets is empty, expected at least one projection");
  if (config.lora.rank > 0 && goes_on)
    problems.push_back(rank +
                       " and start_adapter is given, expected one of them: an adapter has "
                       "its own rank");
  if (config.initialise && (config.lora.rank > 0 || goes_on))
    problems.push_back((goes_on ? "start_adapter is given" : rank) +
                       " with initialise: an adapter stands beside the weights of a start");
}

}  // namespace

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
  add_adapter_problems(config, problems);
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
