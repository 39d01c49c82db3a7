// What this machine has of what the tool can use, for `cudal1 doctor`.
#pragma once

#include <string>
#include <vector>

namespace cudal1::gpu {

struct Probe {
  std::string name;    // "NVRTC"
  bool found = false;  // or, of a hazard: nothing to worry about
  std::string detail;  // what was found, or why not
  std::string advice;  // what to do; empty when all is well
};

// NVRTC, driver, GPU, CUPTI, NVML, guard pages, pageable memory access, profilers. Opens the
// libraries for good and makes no CUDA context.
std::vector<Probe> probe_machine();

}  // namespace cudal1::gpu
