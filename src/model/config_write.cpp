#include "config_write.h"

#include <algorithm>

#include "config_rope.h"
#include "cudal1/core/error.h"

namespace cudal1::model {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const std::optional<int32_t>& id) {
  return id ? ordered_json(*id) : ordered_json(nullptr);
}

// null is written too: a Llama that says nothing ends with 2.
void put_ids(ordered_json& words, const ModelConfig& config) {
  words["bos_token_id"] = json_of(config.bos);
  if (config.eos.empty())
    words["eos_token_id"] = nullptr;
  else if (config.eos.size() == 1)
    words["eos_token_id"] = config.eos[0];
  else
    words["eos_token_id"] = config.eos;
  words["pad_token_id"] = json_of(config.pad);
}

void put_sizes(ordered_json& words, const ModelConfig& config) {
  words["vocab_size"] = config.vocab_size;
  words["hidden_size"] = config.hidden_size;
  words["intermediate_size"] = config.intermediate_size;
  words["num_hidden_layers"] = config.layers;
  words["num_attention_heads"] = config.heads;
  words["num_key_value_heads"] = config.kv_heads;
  words["head_dim"] = config.head_dim;
  words["max_position_embeddings"] = config.max_positions;
}

void put_biases(ordered_json& words, const ModelConfig& config) {
  if (config.family != Family::kQwen2) words["attention_bias"] = config.qkv_bias;
  if (config.family == Family::kLlama) words["mlp_bias"] = config.mlp_bias;
}

// transformers before 4.53 knows no layer_types, but every version knows a window from some layer
// on.
void put_window(ordered_json& words, const ModelConfig& config) {
  const auto& sliding = config.sliding_layers;
  words["use_sliding_window"] = config.sliding_window.has_value();
  if (!config.sliding_window) return;
  words["sliding_window"] = *config.sliding_window;
  const auto first = std::ranges::find(sliding, true);
  words["max_window_layers"] = first - sliding.begin();
  if (std::find(first, sliding.end(), false) == sliding.end()) return;
  for (const bool slides : sliding)
    words["layer_types"].push_back(slides ? "sliding_attention" : "full_attention");
}

}  // namespace

std::string to_json(const ModelConfig& config) {
  ordered_json words{{"architectures", {class_name_of(config.family)}},
                     {"model_type", name_of(config.family)}};
  put_sizes(words, config);
  words["hidden_act"] = "silu";
  words["rms_norm_eps"] = config.norm_epsilon;
  words["initializer_range"] = config.initializer_range;
  words["tie_word_embeddings"] = config.tied_embeddings;
  put_biases(words, config);
  words["rope_theta"] = config.rope.theta;
  words["rope_scaling"] = rope_scaling_of(config.rope);
  if (config.family != Family::kLlama) put_window(words, config);
  put_ids(words, config);
  words["torch_dtype"] = name_of(config.type);
  const std::string text = words.dump(2) + "\n";
  if (parse_config(text, "the configuration to write") == config) return text;
  throw DataError(std::string("this configuration cannot be written as one of ") +
                      class_name_of(config.family) +
                      ": the architecture has other biases, norms, windows or no such rope",
                  "Choose what the family has.");
}

std::string generation_json(const ModelConfig& config) {
  ordered_json words;
  put_ids(words, config);
  return words.dump(2) + "\n";
}

}  // namespace cudal1::model
