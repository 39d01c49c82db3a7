// Kernel launches, and what has to be known or set before one.
#pragma once

#include <cstdint>

#include "cudal1/core/geometry.h"
#include "cudal1/gpu/driver.h"

namespace cudal1::gpu {

// `parameters`: a pointer to each argument's value, in order. Asynchronous: a fault inside the
// kernel shows at the next synchronisation.
Result<bool, DriverFault> launch(const Context& context, CUfunction function, Dim3 grid, Dim3 block,
                                 uint32_t shared_bytes, CUstream stream, void** parameters);

// Programmatic dependent launch, of compute capability 9.0 or later: the kernel may begin while the
// one before it on the stream still runs, and waits for what that wrote by griddepcontrol.wait.
Result<bool, DriverFault> launch_overlapping(const Context& context, CUfunction function, Dim3 grid,
                                             Dim3 block, uint32_t shared_bytes, CUstream stream,
                                             void** parameters);

// Needed before a launch with more than 48 KiB of dynamic shared memory.
Result<bool, DriverFault> allow_dynamic_shared(const Context& context, CUfunction function,
                                               uint32_t bytes);

struct FunctionInfo {
  uint32_t registers = 0;  // per thread
  uint32_t static_shared_bytes = 0;
  uint32_t local_bytes = 0;            // per thread
  uint32_t max_threads_per_block = 0;  // with these registers and launch bounds
};
Result<FunctionInfo, DriverFault> function_info(const Context& context, CUfunction function);

// Blocks of `block_threads` that one SM holds at once; 0 when it cannot hold any.
Result<int, DriverFault> blocks_per_sm(const Context& context, CUfunction function,
                                       uint32_t block_threads, uint32_t dynamic_shared_bytes);

}  // namespace cudal1::gpu
