#include "cudal1/gpu/slack.h"

#include <algorithm>

#include "cudal1/gpu/driver_api.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::gpu {
namespace {

constexpr size_t kBefore = 4096;  // bytes looked at before a buffer
constexpr uint8_t kMark = 0xc3;

struct Zone {
  CUdeviceptr begin;
  size_t bytes;
  int64_t offset;  // from the buffer's begin
};

std::vector<Zone> zones_of(const GuardedBuffer& buffer) {
  const size_t before = std::min<size_t>(kBefore, buffer.get() - buffer.mapped_begin());
  const CUdeviceptr end = buffer.get() + buffer.bytes();
  const size_t after = buffer.mapped_begin() + buffer.mapped_bytes() - end;
  std::vector<Zone> zones;
  if (after > 0) zones.push_back({end, after, int64_t(buffer.bytes())});
  if (before > 0) zones.push_back({buffer.get() - before, before, -int64_t(before)});
  return zones;
}

}  // namespace

Slack::~Slack() {
  if (gathered_)
    note(context_->driver(), context_->driver().api().mem_free(gathered_), "cuMemFree");
}

void Slack::mark(const GuardedBuffer& buffer, CUstream stream) {
  for (const Zone& zone : zones_of(buffer))
    (void)fill_bytes(*context_, zone.begin, kMark, zone.bytes, stream)
        .ok();  // a fault shows at the next synchronisation
}

Result<bool, DriverFault> Slack::reserve(size_t bytes) {
  if (bytes <= capacity_) return true;
  const Driver& driver = context_->driver();
  if (gathered_) note(driver, driver.api().mem_free(gathered_), "cuMemFree");
  gathered_ = 0;
  capacity_ = 2 * bytes;
  return checked(driver, driver.api().mem_alloc(&gathered_, capacity_), "cuMemAlloc");
}

// Gathered on the device first: a copy to the host waits, and there would be two for each buffer.
Result<std::optional<Slack::Stray>, DriverFault> Slack::inspect(
    const std::vector<const GuardedBuffer*>& buffers, CUstream stream) {
  size_t total = 0;
  for (const GuardedBuffer* buffer : buffers)
    for (const Zone& zone : zones_of(*buffer)) total += zone.bytes;
  if (total == 0) return std::optional<Stray>();
  if (const auto reserved = reserve(total); !reserved.ok()) return reserved.error();
  size_t at = 0;
  for (const GuardedBuffer* buffer : buffers)
    for (const Zone& zone : zones_of(*buffer)) {
      const auto copied = copy_on_device(*context_, gathered_ + at, zone.begin, zone.bytes, stream);
      if (!copied.ok()) return copied.error();
      at += zone.bytes;
    }
  std::vector<uint8_t> found(total);
  if (const auto copied = copy_to_host(*context_, found.data(), gathered_, total, stream);
      !copied.ok())
    return copied.error();
  if (const auto done = synchronize(*context_, stream); !done.ok()) return done.error();
  at = 0;
  for (const GuardedBuffer* buffer : buffers)
    for (const Zone& zone : zones_of(*buffer)) {
      const auto begin = found.begin() + at, end = begin + zone.bytes;
      const auto stray = std::find_if(begin, end, [](uint8_t byte) { return byte != kMark; });
      if (stray != end) return std::optional(Stray{buffer->bytes(), zone.offset + (stray - begin)});
      at += zone.bytes;
    }
  return std::optional<Stray>();
}

}  // namespace cudal1::gpu
