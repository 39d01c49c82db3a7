#include "cudal1/gpu/stream.h"

#include <utility>

#include "cudal1/core/log.h"
#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {

Stream::Stream(const Context& context) : context_(&context) {
  require(context.driver(), context.driver().api().stream_create(&stream_, CU_STREAM_NON_BLOCKING),
          "cuStreamCreate");
}

Stream::Stream(Stream&& other) noexcept
    : context_(other.context_), stream_(std::exchange(other.stream_, nullptr)) {}

Stream::~Stream() {
  if (!stream_) return;
  const CUresult status = context_->driver().api().stream_destroy(stream_);
  if (status != CUDA_SUCCESS)
    log::debug(make_fault(context_->driver(), status, "cuStreamDestroy").message);
}

Result<bool, DriverFault> Stream::synchronize() const {
  return gpu::synchronize(*context_, stream_);
}

Result<bool, DriverFault> synchronize(const Context& context, CUstream stream) {
  return checked(context.driver(), context.driver().api().stream_synchronize(stream),
                 "cuStreamSynchronize");
}

Result<bool, DriverFault> copy_to_device(const Context& context, CUdeviceptr to, const void* from,
                                         size_t bytes, CUstream stream) {
  return checked(context.driver(),
                 context.driver().api().memcpy_host_to_device_async(to, from, bytes, stream),
                 "cuMemcpyHtoDAsync");
}

Result<bool, DriverFault> copy_to_host(const Context& context, void* to, CUdeviceptr from,
                                       size_t bytes, CUstream stream) {
  return checked(context.driver(),
                 context.driver().api().memcpy_device_to_host_async(to, from, bytes, stream),
                 "cuMemcpyDtoHAsync");
}

Result<bool, DriverFault> copy_on_device(const Context& context, CUdeviceptr to, CUdeviceptr from,
                                         size_t bytes, CUstream stream) {
  return checked(context.driver(),
                 context.driver().api().memcpy_device_to_device_async(to, from, bytes, stream),
                 "cuMemcpyDtoDAsync");
}

Result<bool, DriverFault> fill_bytes(const Context& context, CUdeviceptr to, uint8_t value,
                                     size_t bytes, CUstream stream) {
  return checked(context.driver(), context.driver().api().memset_d8_async(to, value, bytes, stream),
                 "cuMemsetD8Async");
}

Result<bool, DriverFault> fill_words(const Context& context, CUdeviceptr to, uint32_t value,
                                     size_t words, CUstream stream) {
  return checked(context.driver(),
                 context.driver().api().memset_d32_async(to, value, words, stream),
                 "cuMemsetD32Async");
}

L2Flush::L2Flush(const Context& context) : context_(&context), bytes_(2 * context.info().l2_bytes) {
  require(context.driver(), context.driver().api().mem_alloc(&memory_, bytes_), "cuMemAlloc");
}

L2Flush::~L2Flush() {
  const CUresult status = context_->driver().api().mem_free(memory_);
  if (status != CUDA_SUCCESS)
    log::debug(make_fault(context_->driver(), status, "cuMemFree").message);
}

Result<bool, DriverFault> L2Flush::run(CUstream stream) const {
  return fill_words(*context_, memory_, 0, bytes_ / 4, stream);
}

}  // namespace cudal1::gpu
