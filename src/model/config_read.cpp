#include <algorithm>

#include "checkpoint_files.h"
#include "config_rope.h"
#include "cudal1/core/files.h"
#include "cudal1/model/config.h"
#include "fields.h"
#include "json_text.h"

namespace cudal1::model {
namespace {

constexpr Family kFamilies[] = {Family::kQwen2, Family::kQwen3, Family::kLlama};
constexpr WeightType kTypes[] = {WeightType::kFloat32, WeightType::kFloat16, WeightType::kBFloat16};

// So that no product of sizes, summed over the layers, in bytes, leaves an int64_t.
constexpr Integers kVocabulary{1, 1 << 28}, kHidden{1, 1 << 20}, kIntermediate{1, 1 << 24},
    kLayers{1, 1 << 13}, kHeads{1, 1 << 12}, kHeadDim{2, 1 << 12},
    kPositions{1, (int64_t{1} << 31) - 1};

Family family_of(const Fields& file) {
  constexpr char kAccepted[] = "\"qwen2\", \"qwen3\" or \"llama\"";
  const std::string word = file.text("model_type", kAccepted);
  for (const Family family : kFamilies)
    if (word == name_of(family)) return family;
  file.refuse("model_type", kAccepted);
}

// A classifier or an encoder of the same family has other tensors.
void check_class(const Fields& file, Family family) {
  if (!file.has("architectures")) return;
  const nlohmann::json& names = file.json()["architectures"];
  const std::string expected = std::string("[\"") + class_name_of(family) + "\"]";
  if (!names.is_array()) file.refuse("architectures", expected);
  if (!names.empty() &&
      std::ranges::find(names, nlohmann::json(class_name_of(family))) == names.end())
    file.refuse("architectures", expected);
}

void refuse_unsupported(const Fields& file) {
  if (file.present("hidden_act") && file.text("hidden_act", "\"silu\"") != "silu")
    file.refuse("hidden_act", "\"silu\"");
  for (const char* key : {"quantization_config", "per_layer_config"})
    if (file.has(key)) file.refuse(key, "none: it is not supported");
}

void read_heads(const Fields& file, ModelConfig& config) {
  config.heads = file.integer("num_attention_heads", kHeads);
  const bool like_queries = file.present("num_key_value_heads") ? !file.has("num_key_value_heads")
                                                                : config.family == Family::kLlama;
  config.kv_heads = like_queries ? config.heads : file.integer("num_key_value_heads", kHeads, 32);
  if (config.heads % config.kv_heads != 0)
    file.contradict("num_attention_heads is " + std::to_string(config.heads) +
                    ", expected a multiple of num_key_value_heads, which is " +
                    std::to_string(config.kv_heads));
}

void read_head_dim(const Fields& file, ModelConfig& config) {
  const bool derived = config.family != Family::kQwen3 && !file.has("head_dim");
  // transformers demands it of a Llama with its own head_dim too.
  if ((derived || config.family == Family::kLlama) && config.hidden_size % config.heads != 0)
    file.contradict("hidden_size is " + std::to_string(config.hidden_size) +
                    ", expected a multiple of num_attention_heads, which is " +
                    std::to_string(config.heads));
  config.head_dim =
      derived ? config.hidden_size / config.heads : file.integer("head_dim", kHeadDim, 128);
  if (config.head_dim % 2 != 0 || config.head_dim > kHeadDim.most)
    file.contradict("the size of a head is " + std::to_string(config.head_dim) +
                    ", expected an even number up to " + std::to_string(kHeadDim.most) +
                    ": its dimensions turn in pairs");
}

void read_sizes(const Fields& file, ModelConfig& config) {
  config.vocab_size = file.integer("vocab_size", kVocabulary);
  config.hidden_size = file.integer("hidden_size", kHidden);
  config.intermediate_size = file.integer("intermediate_size", kIntermediate);
  config.layers = file.integer("num_hidden_layers", kLayers);
  read_heads(file, config);
  read_head_dim(file, config);
  config.max_positions = file.integer("max_position_embeddings", kPositions,
                                      config.family == Family::kLlama ? 2048 : 32768);
}

void read_parts(const Fields& file, ModelConfig& config) {
  config.norm_epsilon = file.number("rms_norm_eps", {1e-30, 1}, 1e-6);
  config.tied_embeddings = file.boolean("tie_word_embeddings", false);
  config.initializer_range = file.number("initializer_range", {0, 1}, 0.02);
  config.qk_norm = config.family == Family::kQwen3;
  if (config.family == Family::kQwen2)
    config.qkv_bias = true;  // a Qwen2 has no say in it
  else
    config.qkv_bias = config.output_bias = file.boolean("attention_bias", false);
  if (config.family == Family::kLlama) config.mlp_bias = file.boolean("mlp_bias", false);
}

std::vector<bool> listed_layers(const Fields& file, int64_t layers) {
  constexpr char kAccepted[] = "\"full_attention\" or \"sliding_attention\" for every layer";
  const nlohmann::json& names = file.json()["layer_types"];
  if (!names.is_array() || names.size() != size_t(layers)) file.refuse("layer_types", kAccepted);
  std::vector<bool> sliding;
  for (const auto& name : names) {
    sliding.push_back(name == "sliding_attention");
    if (!sliding.back() && name != "full_attention") file.refuse("layer_types", kAccepted);
  }
  return sliding;
}

std::vector<bool> upper_layers(const Fields& file, int64_t layers) {
  const int64_t first = file.integer("max_window_layers", {0, kPositions.most}, 28);
  std::vector<bool> sliding;
  for (int64_t layer = 0; layer < layers; ++layer) sliding.push_back(layer >= first);
  return sliding;
}

// A window that no layer has is no window.
void read_window(const Fields& file, ModelConfig& config) {
  if (config.family == Family::kLlama) return;
  const bool nowhere = file.present("sliding_window") && !file.has("sliding_window");
  const bool used = file.boolean("use_sliding_window", false) && !nowhere;
  std::vector<bool> sliding(size_t(config.layers), false);
  if (file.has("layer_types"))
    sliding = listed_layers(file, config.layers);
  else if (used)
    sliding = upper_layers(file, config.layers);
  if (std::ranges::find(sliding, true) == sliding.end()) return;
  if (!used)
    file.refuse("layer_types",
                "no \"sliding_attention\" without use_sliding_window and sliding_window");
  config.sliding_window = file.integer("sliding_window", kPositions, 4096);
  config.sliding_layers = std::move(sliding);
}

std::optional<WeightType> type_of(const Fields& file, const char* key) {
  constexpr char kAccepted[] = "\"float32\", \"float16\" or \"bfloat16\"";
  if (!file.has(key)) return std::nullopt;
  const std::string word = file.text(key, kAccepted);
  for (const WeightType type : kTypes)
    if (word == name_of(type)) return type;
  file.refuse(key, kAccepted);
}

WeightType read_type(const Fields& file) {
  const auto old_word = type_of(file, "torch_dtype"), new_word = type_of(file, "dtype");
  if (old_word && new_word && old_word != new_word) file.refuse("dtype", "the same as torch_dtype");
  return new_word.value_or(old_word.value_or(WeightType::kFloat32));
}

std::optional<int32_t> id_of(const Fields& file, const char* key, int64_t vocabulary,
                             std::optional<int32_t> fallback) {
  if (!file.present(key)) return fallback;
  if (!file.has(key)) return std::nullopt;
  return int32_t(file.integer(key, {0, vocabulary - 1}));
}

// nullopt where the file says nothing, or null.
std::optional<std::vector<int32_t>> end_of_text(const Fields& file, int64_t vocabulary) {
  constexpr char kKey[] = "eos_token_id";
  if (!file.has(kKey)) return std::nullopt;
  const Integers range{0, vocabulary - 1};
  const nlohmann::json& value = file.json()[kKey];
  if (!value.is_array()) return std::vector{int32_t(file.integer(kKey, range))};
  constexpr size_t kMost = 1024;
  if (value.size() > kMost) file.refuse(kKey, "at most " + std::to_string(kMost) + " of them");
  std::vector<int32_t> ids;
  for (const auto& id : value) {
    const nlohmann::json one{{kKey, id}};
    ids.push_back(int32_t(file.like(one).integer(kKey, range)));
  }
  return ids;
}

void read_ids(const Fields& file, ModelConfig& config) {
  const bool llama = config.family == Family::kLlama;
  const auto fallback = [&](int32_t id) {
    return llama && id < config.vocab_size ? std::optional(id) : std::nullopt;
  };
  config.bos = id_of(file, "bos_token_id", config.vocab_size, fallback(1));
  const bool no_pad =
      file.has("pad_token_id") && file.json()["pad_token_id"] == -1;  // as early Llamas have it
  if (!no_pad) config.pad = id_of(file, "pad_token_id", config.vocab_size, std::nullopt);
  if (const auto ids = end_of_text(file, config.vocab_size))
    config.eos = *ids;
  else if (!file.present("eos_token_id") && fallback(2))
    config.eos = {2};
}

}  // namespace

ModelConfig parse_config(const std::string& json, const std::string& name) {
  const nlohmann::json root = parse_json(json, name);
  const Fields file(root, name);
  ModelConfig config;
  config.family = family_of(file);
  check_class(file, config.family);
  refuse_unsupported(file);
  read_sizes(file, config);
  read_parts(file, config);
  config.rope = read_rope(file, config.max_positions);
  read_window(file, config);
  config.type = read_type(file);
  read_ids(file, config);
  return config;
}

ModelConfig read_config(const std::filesystem::path& folder) {
  const auto path = folder / "config.json", generation = folder / "generation_config.json";
  ModelConfig config = parse_config(read_file(path), path.string());
  if (!is_there(generation)) return config;
  const nlohmann::json root = parse_json(read_file(generation), generation.string());
  if (auto ids = end_of_text(Fields(root, generation.string()), config.vocab_size))
    config.eos = std::move(*ids);
  return config;
}

}  // namespace cudal1::model
