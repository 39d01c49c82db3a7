// How well workers can be locked up here: found out by locking one up.
#pragma once

#include "cudal1/cli/doctor_report.h"
#include "cudal1/core/sandbox.h"

namespace cudal1::cli {

Finding isolation_finding(const Isolation& isolation);
// Starts a worker that locks itself up, tries what it must not be able to do, and tells.
Finding probe_isolation();

// Body of `cudal1 worker --isolation`. Returns the exit code.
int isolation_worker_main();

}  // namespace cudal1::cli
