// Control and data flow of one function's statements, for the passes that run once per module.
#pragma once

#include <cstdint>
#include <vector>

#include "program.h"

namespace cudal1::sim {

// [begin, end) of one basic block, as instruction indices.
struct BasicBlock {
  uint32_t begin = 0, end = 0;
  std::vector<uint32_t> successors;  // indices of blocks
};

// Blocks end at branches, at returns and before branch targets. Calls do not end them.
// A branch that only jumps over fewer than `predicated` instructions is no branch here: ptxas guards
// such instructions instead.
std::vector<BasicBlock> basic_blocks(const Function& function, uint32_t predicated = 0);

// Registers (indices of ParsedFunction::registers) that a statement writes and reads.
struct Accesses {
  std::vector<int> writes, reads;
};
Accesses accesses_of(const Statement& statement);

}  // namespace cudal1::sim
