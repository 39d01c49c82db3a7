// The groups of a warp: lanes that stand at one place and run together.
#pragma once

#include "warp.h"

namespace cudal1::sim {

// Recomputes Warp::stop_pc after the groups of the top frame have changed.
void update_stop(Warp& warp);
// Adds lanes at `group.pc`, to a group that is there already if possible.
void add_group(Frame& frame, Group group);
// Lanes of the running group outside `mask` go on as a group of their own.
void leave_rest(Warp& warp, uint32_t mask);
// The running group has stopped (blocked or gone): runs the next one of the warp. False when none
// can run.
bool next_group(Warp& warp);
// Merges or switches when the running group has passed another's pc.
void reconverge(Warp& warp);
// Lets another group of the warp run for a while: threads may spin until one that is ahead of them
// acts.
void rotate_group(Warp& warp);
// For instructions that name the lanes that must take part: true when those alive stand here. False
// when the group now waits; it will execute the instruction again.
bool gather_lanes(Warp& warp, uint32_t mask, uint32_t wanted);
// A warp in which no group can run although lanes wait for others of the warp: lets them go on as
// they are.
bool give_up_waiting(Warp& warp);

}  // namespace cudal1::sim
