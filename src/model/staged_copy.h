// From a mapped file to a device: through two pinned buffers in turns, so that one is filled while
// the other's bytes are on their way.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include <array>

#include "cudal1/model/safetensors.h"

namespace cudal1::model {

class StagedCopy {
 public:
  // `device` may be the CPU: the same path without its gain, for tests.
  explicit StagedCopy(const at::Device& device, int64_t buffer_bytes = int64_t{64} << 20);
  // `to` is contiguous and of the view's shape; its type may be another. Returns before the bytes
  // are there, but when `from` is no longer read.
  void copy(const TensorView& from, const at::Tensor& to);

 private:
  struct Buffer {
    at::Tensor bytes;
    c10::Event sent;  // what was last in it
  };
  at::Tensor filled(const std::byte* from, int64_t count, at::ScalarType type);

  at::Device device_;
  std::array<Buffer, 2> buffers_;
  size_t next_ = 0;
};

// memcpy by several threads: what bounds it is reading pages of the file in.
void copy_in_parallel(std::byte* to, const std::byte* from, int64_t bytes);

}  // namespace cudal1::model
