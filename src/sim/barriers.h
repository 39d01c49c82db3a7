// The barriers of a block.
#pragma once

#include <string>

#include "warp.h"

namespace cudal1::sim {

// Lets go the barriers of the block that are complete. Called when threads arrive or exit.
void settle_barriers(Warp& warp);

// What the threads of a block that can never go on wait for.
struct Standstill {
  std::string text;
  SourceLine source;  // of a barrier that some have reached
};
Standstill standstill_of(const Block& block);

}  // namespace cudal1::sim
