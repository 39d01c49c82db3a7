#include "cudal1/model/weights.h"

#include <ATen/ATen.h>

#include "cudal1/core/assert.h"
#include "staged_copy.h"

namespace cudal1::model {
namespace {

// Names of one layer's tensors with the views they stand for.
class Naming {
 public:
  Naming(const ModelConfig& config, std::map<std::string, at::Tensor>& named)
      : config_(config), named_(named) {}

  void add(int64_t index, const LayerWeights& layer) {
    prefix_ = "model.layers." + std::to_string(index) + ".";
    const int64_t queries = config_.heads * config_.head_dim;
    const int64_t keys = config_.kv_heads * config_.head_dim, wide = config_.intermediate_size;
    put("input_layernorm.weight", layer.input_norm);
    part("self_attn.q_proj", layer.qkv, layer.qkv_bias, 0, queries);
    part("self_attn.k_proj", layer.qkv, layer.qkv_bias, queries, keys);
    part("self_attn.v_proj", layer.qkv, layer.qkv_bias, queries + keys, keys);
    put("self_attn.q_norm.weight", layer.q_norm);
    put("self_attn.k_norm.weight", layer.k_norm);
    part("self_attn.o_proj", layer.output, layer.output_bias, 0, config_.hidden_size);
    put("post_attention_layernorm.weight", layer.post_norm);
    part("mlp.gate_proj", layer.gate_up, layer.gate_up_bias, 0, wide);
    part("mlp.up_proj", layer.gate_up, layer.gate_up_bias, wide, wide);
    part("mlp.down_proj", layer.down, layer.down_bias, 0, config_.hidden_size);
  }

 private:
  void put(const std::string& name, const at::Tensor& tensor) {
    if (tensor.defined()) named_[prefix_ + name] = tensor.detach();
  }
  void part(const std::string& name, const at::Tensor& weight, const at::Tensor& bias,
            int64_t begin, int64_t rows) {
    put(name + ".weight", weight.detach().narrow(0, begin, rows));
    if (bias.defined()) put(name + ".bias", bias.detach().narrow(0, begin, rows));
  }

  const ModelConfig& config_;
  std::map<std::string, at::Tensor>& named_;
  std::string prefix_;
};

LayerWeights empty_layer(const ModelConfig& config, const at::TensorOptions& options) {
  const int64_t hidden = config.hidden_size, wide = 2 * config.intermediate_size;
  const int64_t attended = config.heads * config.head_dim;
  const int64_t qkv = attended + 2 * config.kv_heads * config.head_dim;
  const auto biased = [&](bool wanted, int64_t size) {
    return wanted ? at::empty({size}, options) : at::Tensor();
  };
  return {.input_norm = at::empty({hidden}, options),
          .qkv = at::empty({qkv, hidden}, options),
          .qkv_bias = biased(config.qkv_bias, qkv),
          .q_norm = biased(config.qk_norm, config.head_dim),
          .k_norm = biased(config.qk_norm, config.head_dim),
          .output = at::empty({hidden, attended}, options),
          .output_bias = biased(config.output_bias, hidden),
          .post_norm = at::empty({hidden}, options),
          .gate_up = at::empty({wide, hidden}, options),
          .gate_up_bias = biased(config.mlp_bias, wide),
          .down = at::empty({hidden, config.intermediate_size}, options),
          .down_bias = biased(config.mlp_bias, hidden)};
}

}  // namespace

at::ScalarType scalar_type_of(WeightType type) {
  switch (type) {
    case WeightType::kFloat32:
      return at::kFloat;
    case WeightType::kFloat16:
      return at::kHalf;
    case WeightType::kBFloat16:
      return at::kBFloat16;
  }
  CUDAL1_ASSERT(false);
  return at::kFloat;
}

at::ScalarType scalar_type_of(ElementType type) {
  switch (type) {
    case ElementType::kF64:
      return at::kDouble;
    case ElementType::kF32:
      return at::kFloat;
    case ElementType::kF16:
      return at::kHalf;
    case ElementType::kBF16:
      return at::kBFloat16;
    case ElementType::kI64:
      return at::kLong;
    case ElementType::kI32:
      return at::kInt;
    case ElementType::kI16:
      return at::kShort;
    case ElementType::kI8:
      return at::kChar;
    case ElementType::kU8:
      return at::kByte;
    case ElementType::kBool:
      return at::kBool;
  }
  CUDAL1_ASSERT(false);
  return at::kFloat;
}

at::Tensor tensor_of(const TensorView& view) {
  auto* data = const_cast<std::byte*>(view.bytes.data());  // from_blob knows no const; read only
  return at::from_blob(data, view.shape, at::TensorOptions(scalar_type_of(view.type)));
}

Weights empty_weights(const ModelConfig& config, const at::TensorOptions& options) {
  Weights weights;
  weights.embedding = at::empty({config.vocab_size, config.hidden_size}, options);
  for (int64_t i = 0; i < config.layers; ++i)
    weights.layers.push_back(empty_layer(config, options));
  weights.norm = at::empty({config.hidden_size}, options);
  weights.head = config.tied_embeddings
                     ? weights.embedding
                     : at::empty({config.vocab_size, config.hidden_size}, options);
  return weights;
}

Weights random_weights(const ModelConfig& config, const at::TensorOptions& options, uint64_t seed) {
  const at::NoGradGuard no_grad;
  at::manual_seed(seed);
  Weights weights = empty_weights(config, options);
  for (auto& [name, tensor] : named_weights(config, weights)) {
    if (name.ends_with("norm.weight"))
      tensor.fill_(1);
    else if (name.ends_with("bias"))
      tensor.fill_(0);
    else
      tensor.normal_(0, config.initializer_range);
  }
  return weights;
}

Weights load_weights(const Checkpoint& checkpoint, const at::TensorOptions& options) {
  const at::NoGradGuard no_grad;
  Weights weights = empty_weights(checkpoint.config(), options);
  const auto named = named_weights(checkpoint.config(), weights);
  if (!weights.embedding.is_cuda()) {
    for (const auto& [name, tensor] : named)
      at::Tensor(tensor).copy_(tensor_of(checkpoint.tensors().at(name)));
    return weights;
  }
  StagedCopy staged(weights.embedding.device());
  for (const auto& [name, tensor] : named) staged.copy(checkpoint.tensors().at(name), tensor);
  return weights;
}

std::map<std::string, at::Tensor> named_weights(const ModelConfig& config, const Weights& weights) {
  std::map<std::string, at::Tensor> named;
  named["model.embed_tokens.weight"] = weights.embedding.detach();
  Naming naming(config, named);
  for (size_t i = 0; i < weights.layers.size(); ++i) naming.add(int64_t(i), weights.layers[i]);
  named["model.norm.weight"] = weights.norm.detach();
  if (!config.tied_embeddings) named["lm_head.weight"] = weights.head.detach();
  return named;
}

std::vector<at::Tensor> parameters_of(const Weights& weights) {
  std::vector<at::Tensor> all = {weights.embedding};
  for (const LayerWeights& layer : weights.layers)
    for (const at::Tensor& tensor :
         {layer.input_norm, layer.qkv, layer.qkv_bias, layer.q_norm, layer.k_norm, layer.output,
          layer.output_bias, layer.post_norm, layer.gate_up, layer.gate_up_bias, layer.down,
          layer.down_bias})
      if (tensor.defined()) all.push_back(tensor);
  all.push_back(weights.norm);
  if (!weights.head.is_same(weights.embedding)) all.push_back(weights.head);
  return all;
}

}  // namespace cudal1::model
