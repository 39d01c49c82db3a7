// Which device a run is of, known before any worker starts: it stands in the run's manifest.
#pragma once

#include <string>

#include "cudal1/evaluate/evaluation.h"

namespace cudal1::cli {

// "NVIDIA H200" or "sim of configs/gpus/h200.json"; kAuto is resolved by looking for a GPU.
std::string device_name(const evaluate::EvaluationOptions& options);

}  // namespace cudal1::cli
