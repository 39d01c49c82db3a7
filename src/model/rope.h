// How fast each pair of a head's dimensions turns.
#pragma once

#include <vector>

#include "cudal1/model/config.h"

namespace cudal1::model {

struct RopeTable {
  std::vector<float> inverse_frequencies;  // radians per position, of pair i = 0 … head_dim / 2 - 1
  double scale = 1;                        // of cosines and sines
};
// Peng et al. 2023 (YaRN, arXiv 2309.00071); Llama 3.1's as published with its weights. As in
// transformers.
RopeTable rope_table(const ModelConfig& config);

}  // namespace cudal1::model
