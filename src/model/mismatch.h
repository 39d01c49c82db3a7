// The tensors that are there against those that the architecture is made of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cudal1/model/config.h"
#include "cudal1/model/safetensors.h"

namespace cudal1::model {

// Empty where they agree; else one sentence that counts and names what is missing, unknown or
// misshapen, in short.
std::string mismatch(const ModelConfig& config, const std::map<std::string, TensorView>& tensors);
// The same of any list; `unknown` says what others are: "not of this adapter".
std::string mismatch(const std::vector<WeightSpec>& expected,
                     const std::map<std::string, TensorView>& tensors, const std::string& unknown);

// "a, b, c and 7 more"
std::string listed(const std::vector<std::string>& names);

}  // namespace cudal1::model
