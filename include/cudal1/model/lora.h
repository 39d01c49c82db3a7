// Low-rank adapters (LoRA, Hu et al. 2021) beside the frozen matrices of a model.
#pragma once

#include <ATen/core/Tensor.h>

#include "cudal1/model/lora_files.h"
#include "cudal1/model/weights.h"

namespace cudal1::model {

// x Wᵀ + bias, and scale · x Aᵀ Bᵀ on the outputs that are adapted. With an adapter gradients reach
// x, A and B, never W or the bias.
at::Tensor projected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const LowRank& adapter);

// As peft begins: A uniform within ± 1 / √in (Kaiming with a = √5), B zero.
void add_adapter(Weights& weights, const ModelConfig& config, const LoraShape& shape,
                 uint64_t seed);
void add_adapter(Weights& weights, const ModelConfig& config, const Adapter& adapter);
// Into factors that are there already; of the same shape.
void copy_factors(const Weights& weights, const Adapter& adapter);
// W += scale · B A in single precision, then as narrow as W is. DataError as Adapter::open().
void merge_adapter(Weights& weights, const ModelConfig& config,
                   const std::filesystem::path& folder);

// Views of the factors by the names that peft gives them.
std::map<std::string, at::Tensor> named_factors(const Weights& weights);
// named_weights() with what the adapters add; those are tensors of their own, on the host.
std::map<std::string, at::Tensor> merged_weights(const ModelConfig& config, const Weights& weights);
// What an optimiser works on: the factors where there are adapters, else every parameter.
std::vector<at::Tensor> trained_of(const Weights& weights);

}  // namespace cudal1::model
