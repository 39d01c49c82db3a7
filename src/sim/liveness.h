// How many registers a kernel needs, from its PTX.
#pragma once

#include "program.h"

namespace cudal1::sim {

// 32-bit registers per thread: the largest number of values alive at once, plus what ptxas takes
// besides. PTX has virtual registers without end, and ptxas both reorders and rematerialises, so
// this is an estimate.
uint32_t estimate_registers(const Function& function);

}  // namespace cudal1::sim
