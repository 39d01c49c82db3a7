// Which device evaluations run on.
#pragma once

#include <string>

#include "cudal1/evaluate/evaluation.h"

namespace cudal1::evaluate {

struct DeviceChoice {
  DeviceKind kind = DeviceKind::kSim;  // kCuda or kSim
  std::string architecture;            // "sm_90": what kernels are compiled for
  std::string gpu_spec;                // of the sim: the file, absolute
  std::string reason;                  // why the sim, where kAuto chose it
};

// kAuto takes a GPU where there is one, else the sim. EnvironmentError for kCuda without a GPU;
// DataError for a spec that cannot be read. An empty `gpu_spec` is configs/gpus/h200.json of this
// installation.
DeviceChoice choose_device(DeviceKind wanted, const std::string& gpu_spec);

}  // namespace cudal1::evaluate
