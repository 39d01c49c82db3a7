#include "shadow.h"

#include <algorithm>

#include "lanes.h"

namespace cudal1::sim {

SharedShadow::SharedShadow(size_t shared_bytes) : writes_(shared_bytes), reads_(shared_bytes) {
  for (uint32_t warp = 0; warp < 32; ++warp) clocks_[warp][warp] = 1;
}

void SharedShadow::start_block() { join(kAllLanes); }

void SharedShadow::join(uint32_t warps) {
  std::array<uint32_t, 32> known{};
  for (uint32_t warp = 0; warp < 32; ++warp)
    if (has_lane(warps, int(warp)))
      for (uint32_t other = 0; other < 32; ++other)
        known[other] = std::max(known[other], clocks_[warp][other]);
  for (uint32_t warp = 0; warp < 32; ++warp) {
    if (!has_lane(warps, int(warp))) continue;
    clocks_[warp] = known;
    ++clocks_[warp][warp];
  }
}

void SharedShadow::check_byte(const Warp& warp, int lane, uint64_t byte, uint32_t bytes,
                              Direction direction, int line) {
  const uint32_t now = warp.index;
  Write& write = writes_[byte];
  Reads& reads = reads_[byte];
  const bool both_atomic = write.is_atomic && direction == Direction::kAtomic;
  const auto text = [&](const std::string& other) {
    return "race in shared memory: " + std::to_string(bytes) + "-byte " + verb(direction) +
           " of shared byte " + std::to_string(byte) + " and " + other +
           ", with no barrier between";
  };
  if (write.clock != 0 && write.warp != now && !both_atomic &&
      !ordered(write.warp, write.clock, now))
    fail(FaultKind::kSharedRace, lane,
         text(std::string(write.is_atomic ? "an atomic" : "a store") + " by thread " +
              std::to_string(write.thread) + " of the block" +
              (write.line ? " at line " + std::to_string(write.line) : "")));
  if (direction == Direction::kLoad) {
    reads.clock[now] = clocks_[now][now];
    reads.warps |= 1u << now;
    reads.line = line;
    return;
  }
  for (uint32_t other = 0; other < 32; ++other)
    if (other != now && has_lane(reads.warps, int(other)) &&
        !ordered(other, reads.clock[other], now))
      fail(FaultKind::kSharedRace, lane,
           text("a load by warp " + std::to_string(other) +
                (reads.line ? " at line " + std::to_string(reads.line) : "")));
  reads.warps = 0;
  write = {clocks_[now][now], uint8_t(now), direction == Direction::kAtomic, line,
           uint16_t(now * kLanes + uint32_t(lane))};
}

void SharedShadow::access(const Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
                          Direction direction) {
  const int line = source_line(warp).line;
  for (int lane = 0; lane < kLanes; ++lane)
    for (uint64_t byte = address[lane]; has_lane(mask, lane) && byte < address[lane] + bytes;
         ++byte)
      check_byte(warp, lane, byte, bytes, direction, line);
}

}  // namespace cudal1::sim
