// What an instance of a kernel template is called.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace cudal1::model {

// "swiglu_2<at::BFloat16>"; `more`: further template arguments, "64, 7".
std::string kernel_name(const std::string& name, at::ScalarType type, const std::string& more = "");

}  // namespace cudal1::model
