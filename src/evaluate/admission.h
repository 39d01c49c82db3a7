// Is a task worth solving? One that nothing but its own inputs keeps from being solved by a
// constant proves nothing.
#pragma once

#include <string>
#include <vector>

#include "bench.h"

namespace cudal1::evaluate {

// Why `reference` makes a weak task, a phrase per reason; empty for a sound one. A reason holds for
// every input function that was looked at: those that are quickly compared, else the smallest.
// Looked for: results that are not finite; results that differ when it is run again; inputs that
// make no difference; results that a trivial program would get right, within the tolerance that
// candidates have (zeros, one constant, an input or an affine function of one).
std::vector<std::string> weaknesses(const std::vector<Trial>& trials, Runnable& reference,
                                    Bench& bench);

}  // namespace cudal1::evaluate
