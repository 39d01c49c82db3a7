// The texts of kernels/, carried inside the program.
#pragma once

#include <map>
#include <string>

namespace cudal1::model {

// "swiglu.cu", "vectors.cuh" → text.
const std::map<std::string, std::string>& kernel_sources();

}  // namespace cudal1::model
