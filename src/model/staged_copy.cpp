#include "staged_copy.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <cstring>

#include "cudal1/model/weights.h"

namespace cudal1::model {
namespace {

constexpr int64_t kGrain = int64_t{1} << 20;  // bytes for a thread at a time

c10::Stream stream_of(const at::Device& device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device);
}

at::Tensor staging(const at::Device& device, int64_t bytes) {
  return at::empty({bytes}, at::TensorOptions(at::kByte).pinned_memory(device.is_cuda()));
}

}  // namespace

void copy_in_parallel(std::byte* to, const std::byte* from, int64_t bytes) {
  at::parallel_for(0, bytes, kGrain, [&](int64_t begin, int64_t end) {
    std::memcpy(to + begin, from + begin, size_t(end - begin));
  });
}

StagedCopy::StagedCopy(const at::Device& device, int64_t buffer_bytes)
    : device_(device),
      buffers_{Buffer{staging(device, buffer_bytes), c10::Event(device.type())},
               Buffer{staging(device, buffer_bytes), c10::Event(device.type())}} {}

// The next buffer, once what was in it has been sent. [count] elements.
at::Tensor StagedCopy::filled(const std::byte* from, int64_t count, at::ScalarType type) {
  Buffer& buffer = buffers_[next_];
  if (device_.is_cuda()) buffer.sent.synchronize();
  const int64_t bytes = count * int64_t(c10::elementSize(type));
  copy_in_parallel(static_cast<std::byte*>(buffer.bytes.mutable_data_ptr()), from, bytes);
  return buffer.bytes.narrow(0, 0, bytes).view(type);
}

// What has another type is narrowed or widened on the device.
void StagedCopy::copy(const TensorView& from, const at::Tensor& to) {
  const auto type = scalar_type_of(from.type);
  const at::Tensor flat = to.view({-1});
  const int64_t size = size_of(from.type), most = buffers_[0].bytes.numel() / size;
  for (int64_t begin = 0; begin < flat.numel(); begin += most) {
    const int64_t count = std::min(most, flat.numel() - begin);
    const at::Tensor part = filled(from.bytes.data() + begin * size, count, type);
    const bool same = type == flat.scalar_type();
    flat.narrow(0, begin, count)
        .copy_(same ? part : part.to(at::TensorOptions(device_), /*non_blocking=*/true),
               /*non_blocking=*/true);
    if (device_.is_cuda()) buffers_[next_].sent.record(stream_of(device_));
    next_ = 1 - next_;
  }
}

}  // namespace cudal1::model
