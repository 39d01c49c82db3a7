// How much arithmetic a step is, and how much a GPU could do: MFU is the ratio (Chowdhery et al.
// 2022, appendix B).
#pragma once

#include <optional>
#include <string>

#include "cudal1/model/config.h"
#include "cudal1/model/lora_files.h"

namespace cudal1::train {

// Parameters of a model, and those of the adapter that is trained in their place.
struct Sizes {
  int64_t model = 0, adapter = 0;
  int64_t trained() const { return adapter > 0 ? adapter : model; }
};
Sizes sizes_of(const model::ModelConfig& shape, const std::optional<model::LoraShape>& adapter);

// Of a token, forward and backward, in sequences of `mean_length` tokens.
double flops_per_token(const model::ModelConfig& shape, const Sizes& sizes, double mean_length);

// Dense bfloat16 operations a second of "NVIDIA H200"; none for what is not in the table.
std::optional<double> peak_flops(const std::string& gpu);

}  // namespace cudal1::train
