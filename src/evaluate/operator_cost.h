// What an ATen operator costs at least on a GPU: bytes over bandwidth or operations over peak, plus
// a launch.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "cudal1/sim/predict.h"

namespace cudal1::evaluate {

// Of products of matrices and convolutions in single precision; else 0.
double operator_flops(const std::string& name, const std::vector<at::Tensor>& inputs,
                      const std::vector<at::Tensor>& outputs);

// Seconds; 0 for operators that only make views or allocate.
double operator_seconds(const sim::GpuSpec& gpu, const std::string& name,
                        const std::vector<at::Tensor>& inputs,
                        const std::vector<at::Tensor>& outputs);

}  // namespace cudal1::evaluate
