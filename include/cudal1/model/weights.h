// The tensors of a model on a device. What is multiplied with the same input lies in one tensor.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "cudal1/model/checkpoint.h"

namespace cudal1::model {

// Absent biases and norms are undefined tensors. D: head_dim, H: heads, K: kv_heads.
struct LayerWeights {
  at::Tensor input_norm;             // [hidden]
  at::Tensor qkv, qkv_bias;          // [(H + 2 K) D, hidden]
  at::Tensor q_norm, k_norm;         // [D]
  at::Tensor output, output_bias;    // [hidden, H D]
  at::Tensor post_norm;              // [hidden]
  at::Tensor gate_up, gate_up_bias;  // [2 intermediate, hidden]
  at::Tensor down, down_bias;        // [hidden, intermediate]
};

struct Weights {
  at::Tensor embedding;  // [vocab, hidden]
  std::vector<LayerWeights> layers;
  at::Tensor norm;  // [hidden]
  at::Tensor head;  // [vocab, hidden]; the embedding itself where they are tied
};

Weights empty_weights(const ModelConfig& config, const at::TensorOptions& options);
// As transformers initialises them: normal with config.initializer_range, biases 0, norms 1.
Weights random_weights(const ModelConfig& config, const at::TensorOptions& options, uint64_t seed);
// Type and device of `options`; from the mapped files right to where they belong.
Weights load_weights(const Checkpoint& checkpoint, const at::TensorOptions& options);
// Views of them by the names of weights_of(config).
std::map<std::string, at::Tensor> named_weights(const ModelConfig& config, const Weights& weights);
// Every tensor once: what an optimiser works on.
std::vector<at::Tensor> parameters_of(const Weights& weights);

at::ScalarType scalar_type_of(WeightType type);
at::ScalarType scalar_type_of(ElementType type);
// On the host, without a copy: it lives as long as what it views, and is only to be read.
at::Tensor tensor_of(const TensorView& view);

}  // namespace cudal1::model
