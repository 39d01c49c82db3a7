// Rotary position embeddings in a config.json: `rope_theta` and `rope_scaling` of transformers 4,
// `rope_parameters` of 5.
#pragma once

#include <nlohmann/json.hpp>

#include "cudal1/model/config.h"
#include "fields.h"

namespace cudal1::model {

Rope read_rope(const Fields& config, int64_t max_positions);

// What `rope_scaling` says, in words that both read: null for the default kind.
nlohmann::ordered_json rope_scaling_of(const Rope& rope);

}  // namespace cudal1::model
