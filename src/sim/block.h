// Blocks before their first instruction.
#pragma once

#include "warp.h"

namespace cudal1::sim {

// Gives the block the shared memory and the warps that every block of the launch has.
void make_block(Block& block, LaunchState& state);
// As a GPU starts the block of that index: all threads at the kernel's first instruction.
void start_block(Block& block, LaunchState& state);

}  // namespace cudal1::sim
