// The parts of the prelude that cost compile time are switched on by what a request mentions.
#pragma once

#include <string>
#include <vector>

#include "cudal1/gpu/compiler.h"
#include "includes.h"

namespace cudal1::gpu {

// Macros to define before the prelude: "CUDAL1_PRELUDE_HALF=1" …
std::vector<std::string> prelude_parts(const CompileRequest& request,
                                       const std::vector<Include>& includes);

}  // namespace cudal1::gpu
