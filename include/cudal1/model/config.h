// What a causal language model looks like: the config.json of a Hugging Face folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cudal1::model {

// Qwen2 stands for Qwen2.5 and Qwen2.5-Coder as well, Llama for 3, 3.1 and 3.2.
enum class Family { kQwen2, kQwen3, kLlama };
const char* name_of(Family family);       // model_type: "qwen2", "qwen3", "llama"
const char* class_name_of(Family family); // architectures: "Qwen2ForCausalLM", …

enum class WeightType { kFloat32, kFloat16, kBFloat16 };
const char* name_of(WeightType type);  // "float32", "float16", "bfloat16"
int64_t size_of(WeightType type);      // bytes

// Rotary position embedding: how the angle of a pair of dimensions grows with the position.
struct Rope {
  enum class Kind { kDefault, kLinear, kLlama3, kYarn };
  Kind kind = Kind::kDefault;
  double theta = 10000;
  double factor = 1;                     // of the context length, for all kinds but the default
  int64_t original_max_positions = 0;    // llama3, yarn: before the extension
  double low_frequency_factor = 1, high_frequency_factor = 4;  // llama3
  double beta_fast = 32, beta_slow = 1;                        // yarn
  std::optional<double> attention_factor;                      // yarn; default: 0.1 ln(factor) + 1
  std::optional<double> mscale, mscale_all_dim;                // yarn
  bool truncate = true;                                        // yarn: whole dimensions at the ramp's ends

  bool operator==(const Rope&) const = default;
};

struct ModelConfig {
  Family family = Family::kQwen2;
  int64_t vocab_size = 0, hidden_size = 0, intermediate_size = 0, layers = 0;
  int64_t heads = 0, kv_heads = 0, head_dim = 0;  // heads is a multiple of kv_heads
  int64_t max_positions = 0;
  double norm_epsilon = 1e-6;
  bool tied_embeddings = false;  // the output projection is the embedding
  bool qkv_bias = false, output_bias = false, mlp_bias = false;
  bool qk_norm = false;          // RMSNorm of every head's query and key
  Rope rope;
  std::optional<int64_t> sliding_window;  // positions that a sliding layer sees, itself included
  std::vector<bool> sliding_layers;       // of size `layers` where there is a window, else empty
  WeightType type = WeightType::kBFloat16;
  std::optional<int32_t> bos, pad;
  std::vector<int32_t> eos;  // any of them ends a text; from generation_config.json where that says so
  double initializer_range = 0.02;

  int64_t parameters() const;  // a tied output projection counts once
  bool operator==(const ModelConfig&) const = default;
};

// Of `folder`/config.json (and generation_config.json, if any), in the words of transformers 4 and 5. DataError naming
// file and field for what is missing, of a wrong type, out of range, contradictory, or not supported: an unknown
// architecture, another activation than SiLU.
ModelConfig read_config(const std::filesystem::path& folder);
ModelConfig parse_config(const std::string& json, const std::string& name);
// In words that both transformers 4 and 5 read.
std::string to_json(const ModelConfig& config);

// One tensor of a checkpoint.
struct WeightSpec {
  std::string name;            // "model.layers.0.self_attn.q_proj.weight"
  std::vector<int64_t> shape;  // [out, in] of a projection
  bool operator==(const WeightSpec&) const = default;
};
// All that a checkpoint of this model must hold, in the order of the forward pass.
std::vector<WeightSpec> weights_of(const ModelConfig& config);

}  // namespace cudal1::model
