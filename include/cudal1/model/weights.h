// The tensors of a model on a device. What is multiplied with the same input lies in one tensor.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/model/checkpoint.h"
#include "cudal1/model/lora_files.h"

namespace cudal1::model {

// What low-rank adapters add to the product of x with a fused matrix (lora.h): for every part, onto
// its rows of the output, scale · x Aᵀ Bᵀ. Undefined factors: nothing.
struct LowRank {
  struct Part {
    std::string projection;  // "model.layers.0.self_attn.q_proj"
    int64_t begin, rows;     // of the output
    int64_t a_begin, b_begin;
  };
  at::Tensor a;  // [parts · rank, in]: one product for all
  at::Tensor b;  // [Σ rows, rank]
  std::vector<Part> parts;
  double scale = 1;

  int64_t rank() const { return b.size(1); }
  at::Tensor a_of(const Part& part) const;  // [rank, in]
  at::Tensor b_of(const Part& part) const;  // [rows, rank]
};

// Absent biases and norms are undefined tensors. D: head_dim, H: heads, K: kv_heads.
struct LayerWeights {
  at::Tensor input_norm;             // [hidden]
  at::Tensor qkv, qkv_bias;          // [(H + 2 K) D, hidden]
  at::Tensor q_norm, k_norm;         // [D]
  at::Tensor output, output_bias;    // [hidden, H D]
  at::Tensor post_norm;              // [hidden]
  at::Tensor gate_up, gate_up_bias;  // [2 intermediate, hidden]
  at::Tensor down, down_bias;        // [hidden, intermediate]
  LowRank qkv_adapter, output_adapter, gate_up_adapter, down_adapter;
};

struct Weights {
  at::Tensor embedding;  // [vocab, hidden]
  std::vector<LayerWeights> layers;
  at::Tensor norm;                   // [hidden]
  at::Tensor head;                   // [vocab, hidden]; the embedding itself where they are tied
  std::optional<LoraShape> adapter;  // of the layers' adapters; with one nothing else is trained
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
