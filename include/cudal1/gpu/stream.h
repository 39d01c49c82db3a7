// Streams and what is queued on them besides kernels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cudal1/gpu/driver.h"

namespace cudal1::gpu {

// A stream of its own that does not wait for the legacy default stream. It is the one to capture
// graphs on.
class Stream {
 public:
  explicit Stream(const Context& context);
  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;
  CUstream get() const { return stream_; }
  Result<bool, DriverFault> synchronize() const;

 private:
  const Context* context_;
  CUstream stream_ = nullptr;
};

Result<bool, DriverFault> synchronize(const Context& context, CUstream stream);

// All asynchronous; host memory must stay as it is until the stream has passed the copy.
Result<bool, DriverFault> copy_to_device(const Context& context, CUdeviceptr to, const void* from,
                                         size_t bytes, CUstream stream);
Result<bool, DriverFault> copy_to_host(const Context& context, void* to, CUdeviceptr from,
                                       size_t bytes, CUstream stream);
Result<bool, DriverFault> copy_on_device(const Context& context, CUdeviceptr to, CUdeviceptr from,
                                         size_t bytes, CUstream stream);
Result<bool, DriverFault> fill_bytes(const Context& context, CUdeviceptr to, uint8_t value,
                                     size_t bytes, CUstream stream);
// `to` aligned to 4.
Result<bool, DriverFault> fill_words(const Context& context, CUdeviceptr to, uint32_t value,
                                     size_t words, CUstream stream);

// Memory twice the size of the L2 cache: writing it leaves nothing of what a kernel could have
// found there.
class L2Flush {
 public:
  explicit L2Flush(const Context& context);
  ~L2Flush();
  L2Flush(const L2Flush&) = delete;
  Result<bool, DriverFault> run(CUstream stream) const;
  CUdeviceptr get() const { return memory_; }
  size_t bytes() const { return bytes_; }

 private:
  const Context* context_;
  CUdeviceptr memory_ = 0;
  size_t bytes_ = 0;
};

}  // namespace cudal1::gpu
