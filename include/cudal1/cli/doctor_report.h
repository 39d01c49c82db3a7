// What this machine can do, one finding per thing looked for.
#pragma once

#include <string>
#include <vector>

#include "cudal1/cli/style.h"

namespace cudal1::cli {

// How much is lost without the thing.
enum class Need { kAlways, kForGpu, kBetter };

struct Finding {
  std::string name;  // "NVRTC"
  bool found = false;
  Need need = Need::kBetter;
  std::string detail;  // what was found, or why not
  std::string advice;  // what to do; may be empty
  bool partly = false;  // not found whole, but not missing either
};

// A GPU and everything for it; only what the simulator needs; not even that.
enum class Ability { kGpu, kSimulator, kNothing };
Ability ability_of(const std::vector<Finding>& findings);

std::string render_doctor(const std::vector<Finding>& findings, const Style& style);
std::string doctor_to_json(const std::vector<std::string>& argv,
                           const std::vector<Finding>& findings);

}  // namespace cudal1::cli
