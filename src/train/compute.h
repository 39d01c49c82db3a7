// Where a run calculates, and with what.
#pragma once

#include <ATen/core/Tensor.h>

#include "cudal1/train/train_config.h"
#include "plan.h"

namespace cudal1::train {

// A GPU where there is one; the type that `precision` means there.
at::TensorOptions compute_options(Precision precision);
Machine machine_of(const at::TensorOptions& options);

}  // namespace cudal1::train
