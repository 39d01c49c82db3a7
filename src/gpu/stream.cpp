#include "cudal1/gpu/stream.h"

#include <utility>

#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {
namespace {

using Api = Driver::Api;

template <auto kEntry, typename... Args>
Result<bool, DriverFault> call(const char* name, const Context& context, Args... args) {
  return checked(context.driver(), (context.driver().api().*kEntry)(args...), name);
}

}  // namespace

Stream::Stream(const Context& context) : context_(&context) {
  require(context.driver(), context.driver().api().stream_create(&stream_, CU_STREAM_NON_BLOCKING),
          "cuStreamCreate");
}

Stream::Stream(Stream&& other) noexcept
    : context_(other.context_), stream_(std::exchange(other.stream_, nullptr)) {}

Stream::~Stream() {
  if (stream_)
    note(context_->driver(), context_->driver().api().stream_destroy(stream_), "cuStreamDestroy");
}

Result<bool, DriverFault> Stream::synchronize() const {
  return gpu::synchronize(*context_, stream_);
}

Result<bool, DriverFault> synchronize(const Context& context, CUstream stream) {
  return call<&Api::stream_synchronize>("cuStreamSynchronize", context, stream);
}

Result<bool, DriverFault> copy_to_device(const Context& context, CUdeviceptr to, const void* from,
                                         size_t bytes, CUstream stream) {
  return call<&Api::memcpy_host_to_device_async>("cuMemcpyHtoDAsync", context, to, from, bytes,
                                                 stream);
}

Result<bool, DriverFault> copy_to_host(const Context& context, void* to, CUdeviceptr from,
                                       size_t bytes, CUstream stream) {
  return call<&Api::memcpy_device_to_host_async>("cuMemcpyDtoHAsync", context, to, from, bytes,
                                                 stream);
}

Result<bool, DriverFault> copy_on_device(const Context& context, CUdeviceptr to, CUdeviceptr from,
                                         size_t bytes, CUstream stream) {
  return call<&Api::memcpy_device_to_device_async>("cuMemcpyDtoDAsync", context, to, from, bytes,
                                                   stream);
}

Result<bool, DriverFault> fill_bytes(const Context& context, CUdeviceptr to, uint8_t value,
                                     size_t bytes, CUstream stream) {
  return call<&Api::memset_d8_async>("cuMemsetD8Async", context, to, value, bytes, stream);
}

Result<bool, DriverFault> fill_words(const Context& context, CUdeviceptr to, uint32_t value,
                                     size_t words, CUstream stream) {
  return call<&Api::memset_d32_async>("cuMemsetD32Async", context, to, value, words, stream);
}

L2Flush::L2Flush(const Context& context) : context_(&context), bytes_(2 * context.info().l2_bytes) {
  require(context.driver(), context.driver().api().mem_alloc(&memory_, bytes_), "cuMemAlloc");
}

L2Flush::~L2Flush() {
  note(context_->driver(), context_->driver().api().mem_free(memory_), "cuMemFree");
}

Result<bool, DriverFault> L2Flush::run(CUstream stream) const {
  // Lines that a kernel asked to be kept become like all others; where there are none to be kept it says so.
  (void)context_->driver().api().ctx_reset_persisting_l2();
  return fill_words(*context_, memory_, 0, bytes_ / 4, stream);
}

}  // namespace cudal1::gpu
