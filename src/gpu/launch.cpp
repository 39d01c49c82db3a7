#include "cudal1/gpu/launch.h"

#include <array>

#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {

Result<bool, DriverFault> launch(const Context& context, CUfunction function, Dim3 grid, Dim3 block,
                                 uint32_t shared_bytes, CUstream stream, void** parameters) {
  return checked(
      context.driver(),
      context.driver().api().launch_kernel(function, grid.x, grid.y, grid.z, block.x, block.y,
                                           block.z, shared_bytes, stream, parameters, nullptr),
      "cuLaunchKernel");
}

Result<bool, DriverFault> launch_overlapping(const Context& context, CUfunction function, Dim3 grid,
                                             Dim3 block, uint32_t shared_bytes, CUstream stream,
                                             void** parameters) {
  CUlaunchAttribute overlap{};
  overlap.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
  overlap.value.programmaticStreamSerializationAllowed = 1;
  const CUlaunchConfig config{.gridDimX = grid.x,
                              .gridDimY = grid.y,
                              .gridDimZ = grid.z,
                              .blockDimX = block.x,
                              .blockDimY = block.y,
                              .blockDimZ = block.z,
                              .sharedMemBytes = shared_bytes,
                              .hStream = stream,
                              .attrs = &overlap,
                              .numAttrs = 1};
  return checked(context.driver(),
                 context.driver().api().launch_kernel_ex(&config, function, parameters, nullptr),
                 "cuLaunchKernelEx");
}

Result<bool, DriverFault> allow_dynamic_shared(const Context& context, CUfunction function,
                                               uint32_t bytes) {
  return checked(context.driver(),
                 context.driver().api().func_set_attribute(
                     function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, int(bytes)),
                 "cuFuncSetAttribute");
}

Result<FunctionInfo, DriverFault> function_info(const Context& context, CUfunction function) {
  constexpr std::array kAttributes = {
      CU_FUNC_ATTRIBUTE_NUM_REGS, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES,
      CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK};
  std::array<int, kAttributes.size()> values{};
  for (size_t i = 0; i < kAttributes.size(); ++i) {
    const CUresult status =
        context.driver().api().func_get_attribute(&values[i], kAttributes[i], function);
    if (status != CUDA_SUCCESS) return make_fault(context.driver(), status, "cuFuncGetAttribute");
  }
  return FunctionInfo{uint32_t(values[0]), uint32_t(values[1]), uint32_t(values[2]),
                      uint32_t(values[3])};
}

Result<int, DriverFault> blocks_per_sm(const Context& context, CUfunction function,
                                       uint32_t block_threads, uint32_t dynamic_shared_bytes) {
  int blocks = 0;
  const CUresult status = context.driver().api().occupancy_max_active_blocks(
      &blocks, function, int(block_threads), dynamic_shared_bytes);
  if (status != CUDA_SUCCESS)
    return make_fault(context.driver(), status, "cuOccupancyMaxActiveBlocksPerMultiprocessor");
  return blocks;
}

}  // namespace cudal1::gpu
