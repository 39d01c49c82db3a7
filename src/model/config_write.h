// What is written beside the weights.
#pragma once

#include <string>

#include "cudal1/model/config.h"

namespace cudal1::model {

// generation_config.json: which ids begin, end and pad a text.
std::string generation_json(const ModelConfig& config);

}  // namespace cudal1::model
