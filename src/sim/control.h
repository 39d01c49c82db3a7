// The flow of a warp: groups of lanes, frames, barriers.
#pragma once

#include "warp.h"

namespace cudal1::sim {

// Points the warp at its top frame.
void enter_frame(Warp& warp);
// Pushes a frame for `function`, entered by `lanes`; the warp then runs it.
void push_frame(Warp& warp, const Function& function, uint32_t lanes, const CallSite* call);
// The running group has stopped (blocked or gone): runs the next one of the warp. False when none
// can run.
bool next_group(Warp& warp);
// Merges or switches when the running group has passed another's pc.
void reconverge(Warp& warp);
// Lets another group of the warp run for a while: threads may spin until one that is ahead of them
// acts.
void rotate_group(Warp& warp);
// The lanes of the warp blocked at `barrier` go on.
void release(Warp& warp, uint32_t barrier);
// Lets go the barriers of the block that are complete. Called when threads arrive or exit.
void settle_barriers(Warp& warp);
// A warp in which no group can run although lanes wait for others of the warp: lets them go on as
// they are.
bool give_up_waiting(Warp& warp);

}  // namespace cudal1::sim
