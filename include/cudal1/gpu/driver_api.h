// The entry points of libcuda that are used. cuda.h maps names to versions by macros; the table
// follows it.
#pragma once

#include <cuda.h>

#include "cudal1/gpu/driver.h"

// X(member, function)
#define CUDAL1_DRIVER_API(X)                                                  \
  X(init, cuInit)                                                             \
  X(driver_get_version, cuDriverGetVersion)                                   \
  X(get_error_name, cuGetErrorName)                                           \
  X(get_error_string, cuGetErrorString)                                       \
  X(device_get_count, cuDeviceGetCount)                                       \
  X(device_get, cuDeviceGet)                                                  \
  X(device_get_name, cuDeviceGetName)                                         \
  X(device_get_attribute, cuDeviceGetAttribute)                               \
  X(device_total_mem, cuDeviceTotalMem)                                       \
  X(device_get_pci_bus_id, cuDeviceGetPCIBusId)                               \
  X(primary_ctx_retain, cuDevicePrimaryCtxRetain)                             \
  X(primary_ctx_release, cuDevicePrimaryCtxRelease)                           \
  X(ctx_set_current, cuCtxSetCurrent)                                         \
  X(ctx_synchronize, cuCtxSynchronize)                                        \
  X(ctx_reset_persisting_l2, cuCtxResetPersistingL2Cache)                     \
  X(module_load_data, cuModuleLoadData)                                       \
  X(module_unload, cuModuleUnload)                                            \
  X(module_get_function, cuModuleGetFunction)                                 \
  X(module_get_global, cuModuleGetGlobal)                                     \
  X(func_get_attribute, cuFuncGetAttribute)                                   \
  X(func_set_attribute, cuFuncSetAttribute)                                   \
  X(occupancy_max_active_blocks, cuOccupancyMaxActiveBlocksPerMultiprocessor) \
  X(launch_kernel, cuLaunchKernel)                                            \
  X(launch_kernel_ex, cuLaunchKernelEx)                                       \
  X(event_create, cuEventCreate)                                              \
  X(event_destroy, cuEventDestroy)                                            \
  X(event_record, cuEventRecord)                                              \
  X(event_synchronize, cuEventSynchronize)                                    \
  X(event_elapsed_time, cuEventElapsedTime)                                   \
  X(stream_create, cuStreamCreate)                                            \
  X(stream_destroy, cuStreamDestroy)                                          \
  X(stream_synchronize, cuStreamSynchronize)                                  \
  X(stream_begin_capture, cuStreamBeginCapture)                               \
  X(stream_end_capture, cuStreamEndCapture)                                   \
  X(graph_instantiate, cuGraphInstantiateWithFlags)                           \
  X(graph_launch, cuGraphLaunch)                                              \
  X(graph_get_nodes, cuGraphGetNodes)                                         \
  X(graph_destroy, cuGraphDestroy)                                            \
  X(graph_exec_destroy, cuGraphExecDestroy)                                   \
  X(mem_alloc, cuMemAlloc)                                                    \
  X(mem_get_info, cuMemGetInfo)                                               \
  X(mem_free, cuMemFree)                                                      \
  X(memcpy_device_to_device_async, cuMemcpyDtoDAsync)                         \
  X(memcpy_host_to_device_async, cuMemcpyHtoDAsync)                           \
  X(memcpy_device_to_host_async, cuMemcpyDtoHAsync)                           \
  X(memset_d8_async, cuMemsetD8Async)                                         \
  X(memset_d32_async, cuMemsetD32Async)                                       \
  X(mem_get_allocation_granularity, cuMemGetAllocationGranularity)            \
  X(mem_address_reserve, cuMemAddressReserve)                                 \
  X(mem_address_free, cuMemAddressFree)                                       \
  X(mem_create, cuMemCreate)                                                  \
  X(mem_release, cuMemRelease)                                                \
  X(mem_map, cuMemMap)                                                        \
  X(mem_unmap, cuMemUnmap)                                                    \
  X(mem_set_access, cuMemSetAccess)

namespace cudal1::gpu {

struct Driver::Api {
#define CUDAL1_MEMBER(member, function) decltype(&::function) member = nullptr;
  CUDAL1_DRIVER_API(CUDAL1_MEMBER)
#undef CUDAL1_MEMBER
};

}  // namespace cudal1::gpu
