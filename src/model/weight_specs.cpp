// Which tensors a model is made of.
#include <functional>
#include <numeric>

#include "cudal1/model/config.h"

namespace cudal1::model {
namespace {

using Specs = std::vector<WeightSpec>;

void add_projection(Specs& specs, const std::string& name, int64_t out, int64_t in, bool bias) {
  specs.push_back({name + ".weight", {out, in}});
  if (bias) specs.push_back({name + ".bias", {out}});
}

void add_attention(Specs& specs, const std::string& name, const ModelConfig& config) {
  const int64_t queries = config.heads * config.head_dim, keys = config.kv_heads * config.head_dim;
  add_projection(specs, name + "q_proj", queries, config.hidden_size, config.qkv_bias);
  add_projection(specs, name + "k_proj", keys, config.hidden_size, config.qkv_bias);
  add_projection(specs, name + "v_proj", keys, config.hidden_size, config.qkv_bias);
  if (config.qk_norm) {
    specs.push_back({name + "q_norm.weight", {config.head_dim}});
    specs.push_back({name + "k_norm.weight", {config.head_dim}});
  }
  add_projection(specs, name + "o_proj", config.hidden_size, queries, config.output_bias);
}

void add_layer(Specs& specs, const std::string& name, const ModelConfig& config) {
  const int64_t hidden = config.hidden_size, inner = config.intermediate_size;
  specs.push_back({name + "input_layernorm.weight", {hidden}});
  add_attention(specs, name + "self_attn.", config);
  specs.push_back({name + "post_attention_layernorm.weight", {hidden}});
  add_projection(specs, name + "mlp.gate_proj", inner, hidden, config.mlp_bias);
  add_projection(specs, name + "mlp.up_proj", inner, hidden, config.mlp_bias);
  add_projection(specs, name + "mlp.down_proj", hidden, inner, config.mlp_bias);
}

}  // namespace

std::vector<WeightSpec> weights_of(const ModelConfig& config) {
  Specs specs{{"model.embed_tokens.weight", {config.vocab_size, config.hidden_size}}};
  for (int64_t layer = 0; layer < config.layers; ++layer)
    add_layer(specs, "model.layers." + std::to_string(layer) + ".", config);
  specs.push_back({"model.norm.weight", {config.hidden_size}});
  if (!config.tied_embeddings)
    specs.push_back({"lm_head.weight", {config.vocab_size, config.hidden_size}});
  return specs;
}

int64_t ModelConfig::parameters() const {
  int64_t sum = 0;
  for (const WeightSpec& spec : weights_of(*this))
    sum += std::accumulate(spec.shape.begin(), spec.shape.end(), int64_t{1}, std::multiplies<>());
  return sum;
}

}  // namespace cudal1::model
