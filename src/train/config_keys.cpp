// Every setting of a training run, declared once.
#include <algorithm>

#include "config_kinds.h"

namespace cudal1::train {
namespace {

// Gives a member, for keys of the struct itself.
template <auto Field>
constexpr auto kMember = [](TrainConfig& config) -> auto& {
  return config.*Field;
};

template <auto Field>
constexpr auto kLora = [](TrainConfig& config) -> auto& {
  return config.lora.*Field;
};

// Read only where the section was opened.
template <auto Field>
constexpr auto kTokenizer = [](TrainConfig& config) -> auto& {
  return (*config.train_tokenizer).*Field;
};

using C = TrainConfig;
using T = model::TokenizerTraining;

Key architecture_key() {
  const auto read = [](const Json& value, TrainConfig& config) {
    if (value.is_object()) config.initialise = read_architecture(value);
    return value.is_object();
  };
  const auto write = [](TrainConfig& config) {
    return config.initialise ? write_architecture(*config.initialise) : Json(nullptr);
  };
  return {"initialise", "an object as in a config.json",
          "The architecture of a model that starts with random weights, in the words of a Hugging "
          "Face config.json; without vocab_size it has the tokenizer's.",
          read, write};
}

Key steps_key() {
  const auto read = [](const Json& value, TrainConfig& config) {
    config.steps = whole(value, {1});
    return config.steps.has_value();
  };
  const auto write = [](TrainConfig& config) {
    return config.steps ? Json(*config.steps) : Json(nullptr);
  };
  return {"steps", spelled(Whole{1}),
          "So many updates of the weights; without it, as many as epochs says.", read, write};
}

std::vector<Key> start_keys() {
  return {
      text_key("stage", kMember<&C::stage>, "\"sft\"",
               "What is learned: sft, the completions of examples."),
      path_key("start", kMember<&C::start>,
               "The Hugging Face folder of the model that is trained further."),
      architecture_key(),
      path_key("start_adapter", kMember<&C::start_adapter>,
               "The folder of a low-rank adapter, as peft has it, that is trained further beside "
               "the start, with its own rank, alpha and targets."),
      path_key("tokenizer", kMember<&C::tokenizer>,
               "A tokenizer.json; without it, the start's own."),
      whole_key("train_tokenizer.vocab_size", kTokenizer<&T::vocab_size>, {256, 1 << 24},
                "Tokens of a tokenizer that is trained on the training texts, with the 256 bytes "
                "and the special tokens."),
      texts_key("train_tokenizer.special_tokens", kTokenizer<&T::special_tokens>,
                "Tokens that are no text."),
      whole_key("train_tokenizer.min_frequency", kTokenizer<&T::min_frequency>, {1},
                "A pair that occurs less often is not merged."),
  };
}

std::vector<Key> data_keys() {
  return {
      paths_key("data", kMember<&C::data>,
                "JSONL files with a {\"prompt\", \"completion\"} in each line."),
      paths_key("heldout", kMember<&C::heldout>,
                "Such files that nothing is learned from, for the held-out loss."),
      real_key("heldout_share", kMember<&C::heldout_share>, {0, 1, false, true},
               "The part of data that is held out where heldout is empty."),
      whole_key("max_length", kMember<&C::max_length>, {2},
                "Tokens of an example; longer ones are cut at their end."),
      steps_key(),
      real_key("epochs", kMember<&C::epochs>, {0, 1e6, true},
               "How often every example is learned, where steps is not given."),
      whole_key("batch_tokens", kMember<&C::batch_tokens>, {1}, "Tokens of one step."),
      whole_key("micro_tokens", kMember<&C::micro_tokens>, {1},
                "Tokens that go through the model at once: what fits into memory."),
  };
}

std::vector<Key> optimiser_keys() {
  return {
      real_key("learning_rate", kMember<&C::learning_rate>, {0, 1e3, true},
               "The learning rate at its height."),
      real_key("final_share", kMember<&C::final_share>, {0, 1},
               "The part of the learning rate that is left at the end."),
      whole_key("warmup_steps", kMember<&C::warmup_steps>, {0},
                "Steps in which the learning rate rises."),
      choice_key<Schedule>("schedule", kMember<&C::schedule>,
                           {{"constant", Schedule::kConstant},
                            {"linear", Schedule::kLinear},
                            {"cosine", Schedule::kCosine}},
                           "How the learning rate falls after the warm-up."),
      real_key("beta1", kMember<&C::beta1>, {0, 1, false, true},
               "AdamW's memory of the gradient's mean."),
      real_key("beta2", kMember<&C::beta2>, {0, 1, false, true},
               "AdamW's memory of the gradient's square."),
      real_key("epsilon", kMember<&C::epsilon>, {0, 1, true}, "AdamW's least divisor."),
      real_key("weight_decay", kMember<&C::weight_decay>, {0, 1e3},
               "AdamW's decay, of matrices only."),
      real_key("clip", kMember<&C::clip>, {0}, "The gradient's greatest norm, 0 for no limit."),
      whole_key("lora.rank", kLora<&LoraConfig::rank>, {0, 1 << 16},
                "Rank of low-rank adapters that are trained in place of all weights; 0: none."),
      real_key("lora.alpha", kLora<&LoraConfig::alpha>, {0, 1e6, true},
               "The adapters' scale times their rank."),
      texts_key("lora.targets", kLora<&LoraConfig::targets>,
                "Projections that get adapters, of every layer."),
  };
}

std::vector<Key> run_keys() {
  return {
      choice_key<Precision>(
          "precision", kMember<&C::precision>,
          {{"auto", Precision::kAuto},
           {"float32", Precision::kFloat32},
           {"bfloat16", Precision::kBFloat16}},
          "What the model calculates with; auto: bfloat16 on a GPU, float32 on a CPU."),
      switch_key("recompute", kMember<&C::recompute>,
                 "Calculates activations again instead of keeping them: a third more arithmetic, a "
                 "fraction of the memory."),
      switch_key("deterministic", kMember<&C::deterministic>,
                 "The same run gives the same losses, bit for bit."),
      whole_key("seed", kMember<&C::seed>, {0}, "Of random weights and of the examples' order."),
      whole_key("log_every", kMember<&C::log_every>, {0},
                "Steps from line to line of metrics.jsonl; 0: none."),
      whole_key("heldout_every", kMember<&C::heldout_every>, {0},
                "Steps from one held-out loss to the next; 0: none."),
      whole_key("checkpoint_every", kMember<&C::checkpoint_every>, {0},
                "Steps from checkpoint to checkpoint; 0: at the end only."),
      whole_key("keep_checkpoints", kMember<&C::keep_checkpoints>, {1},
                "So many of the last checkpoints are kept."),
      switch_key("tensorboard", kMember<&C::tensorboard>,
                 "Writes event files that TensorBoard reads."),
  };
}

}  // namespace

const std::vector<Key>& config_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all;
    for (auto* part : {start_keys, data_keys, optimiser_keys, run_keys})
      for (Key& key : part()) all.push_back(std::move(key));
    return all;
  }();
  return keys;
}

const std::vector<Section>& config_sections() {
  static const std::vector<Section> sections = {
      {"train_tokenizer", [](TrainConfig& config) { config.train_tokenizer.emplace(); },
       [](const TrainConfig& config) { return config.train_tokenizer.has_value(); }},
      {"lora", [](TrainConfig&) {}, [](const TrainConfig&) { return true; }},
  };
  return sections;
}

const Section* section_of(const Key& key) {
  const auto found =
      std::ranges::find(config_sections(), key.name.substr(0, key.name.find('.')), &Section::name);
  return found == config_sections().end() ? nullptr : &*found;
}

}  // namespace cudal1::train
