// Where the results of an operator are on a GPU, for the PTX machine, which has them all in CPU
// memory.
#pragma once

#include "context.h"

namespace cudal1::execute {

// Marks the results in `stack`; copies those that a GPU would have moved to another device.
void place_results(const Values& arguments, torch::jit::Stack& stack);

}  // namespace cudal1::execute
