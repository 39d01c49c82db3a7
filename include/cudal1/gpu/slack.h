// Mapped memory right before and after a guarded buffer, where a stray store does not fault: pages
// are large, and what vector loads need keeps a buffer from ending at the page's very end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cudal1/gpu/driver.h"

namespace cudal1::gpu {

class Slack {
 public:
  explicit Slack(const Context& context) : context_(&context) {}
  ~Slack();
  Slack(const Slack&) = delete;

  // Fills it with a mark, in stream order.
  void mark(const GuardedBuffer& buffer, CUstream stream);

  struct Stray {
    size_t buffer_bytes = 0;
    int64_t offset = 0;  // from the buffer's begin; negative: before it
  };
  // The first byte that no longer holds its mark; waits for the stream. `buffers` were marked and
  // are still mapped.
  Result<std::optional<Stray>, DriverFault> inspect(
      const std::vector<const GuardedBuffer*>& buffers, CUstream stream);

 private:
  Result<bool, DriverFault> reserve(size_t bytes);

  const Context* context_;
  CUdeviceptr gathered_ = 0;
  size_t capacity_ = 0;
};

}  // namespace cudal1::gpu
