// The critical path of each basic block, spread over its instructions so that executing them adds
// it up.
#pragma once

#include "program.h"

namespace cudal1::sim {

// Sets Inst::cycles, Inst::starts_round and Inst::slots.
void annotate_paths(Function& function);

}  // namespace cudal1::sim
