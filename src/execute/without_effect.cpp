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
                                                         "at::cuda::stream_synchronize",
                                                         "c10::cuda::device_synchronize",
                                                         "at::cuda::device_synchronize",
                                                         "c10::cuda::set_device",
                                                         "at::cuda::set_device",
                                                         "at::globalContext",
                                                         "C10_CUDA_KERNEL_LAUNCH_CHECK",
                                                         "TORCH_CUDA_KERNEL_LAUNCH_CHECK",
                                                         "C10_CUDA_CHECK",
                                                         "AT_CUDA_CHECK",
                                                         "TORCH_CUDA_CHECK",
                                                         "C10_CUDA_CHECK_WARN",
                                                         "CUDA_CHECK",
                                                         "THCudaCheck",
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
                                                         "at::cuda::setCurrentCUDAStream",
                                                         "c10::cuda::setCurrentCUDAStream",
                                                         "torch::NoGradGuard",
                                                         "cudaProfilerStart",
                                                         "cudaProfilerStop"};
  return kNames.contains(name);
}

}  // namespace cudal1::execute
