// The call frames of a warp.
#pragma once

#include "warp.h"

namespace cudal1::sim {

// Pushes a frame for `function`, entered by `lanes`; the warp then runs it.
void push_frame(Warp& warp, const Function& function, uint32_t lanes, const CallSite* call);
// The top frame has no lanes left: back to the caller, where lanes that returned go on.
void pop_frame(Warp& warp);

}  // namespace cudal1::sim
