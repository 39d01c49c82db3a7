// Calls that are accepted and do nothing here: one stream, no events, no output.
#include <unordered_set>

#include "interpreter.h"

namespace cudal1::execute {

bool is_without_effect(const std::string& name) {
  static const std::unordered_set<std::string> kNames = {"cudaGetLastError",
                                                         "cudaPeekAtLastError",
                                                         "cudaDeviceSynchronize",
                                                         "cudaStreamSynchronize",
                                                         "cudaThreadSynchronize",
                                                         "cudaFuncSetAttribute",
                                                         "cudaFuncSetCacheConfig",
                                                         "cudaFuncSetSharedMemConfig",
                                                         "cudaDeviceSetCacheConfig",
                                                         "cudaDeviceSetSharedMemConfig",
                                                         "cudaDeviceSetLimit",
                                                         "cudaSetDevice",
                                                         "cudaStreamWaitEvent",
                                                         "cudaStreamCreate",
                                                         "cudaStreamCreateWithFlags",
                                                         "cudaStreamCreateWithPriority",
                                                         "cudaStreamDestroy",
                                                         "cudaEventCreate",
                                                         "cudaEventCreateWithFlags",
                                                         "cudaEventRecord",
                                                         "cudaEventSynchronize",
                                                         "cudaEventDestroy",
                                                         "torch::cuda::synchronize",
                                                         "torch::cuda::stream_synchronize",
                                                         "torch::cuda::device_synchronize",
                                                         "torch::cuda::set_device",
                                                         "torch::globalContext",
                                                         "C10_CUDA_KERNEL_LAUNCH_CHECK",
                                                         "TORCH_CUDA_KERNEL_LAUNCH_CHECK",
                                                         "C10_CUDA_CHECK",
                                                         "AT_CUDA_CHECK",
                                                         "TORCH_CUDA_CHECK",
                                                         "CUDA_CHECK",
                                                         "TORCH_WARN",
                                                         "TORCH_WARN_ONCE",
                                                         "AT_WARN",
                                                         "printf",
                                                         "fprintf",
                                                         "puts",
                                                         "fflush",
                                                         "std::printf",
                                                         "std::fprintf",
                                                         "assert",
                                                         "static_assert",
                                                         "torch::cuda::setCurrentCUDAStream",
                                                         "torch::NoGradGuard",
                                                         "cudaProfilerStart",
                                                         "cudaProfilerStop",
                                                         "CUDA_KERNEL_ASSERT"};
  return kNames.contains(torch_spelling(name));
}

}  // namespace cudal1::execute
