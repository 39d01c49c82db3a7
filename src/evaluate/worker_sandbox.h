// What an evaluation worker gives up once its device is open.
#pragma once

#include "cudal1/core/sandbox.h"
#include "cudal1/evaluate/evaluation.h"

namespace cudal1::evaluate {

// On the sim: reads libraries and what describes the machine, writes nothing but the log it has
// open already, reaches no network and no other process. On a GPU as much of that as a driver
// leaves: devices and shared memory stay open.
SandboxPolicy worker_policy(DeviceKind device);

}  // namespace cudal1::evaluate
