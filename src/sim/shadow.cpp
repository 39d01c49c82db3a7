#include "shadow.h"

#include <algorithm>
#include <bit>

#include "lanes.h"

namespace cudal1::sim {

SharedShadow::SharedShadow(size_t shared_bytes) : writes_(shared_bytes), reads_(shared_bytes) {
  for (uint32_t warp = 0; warp < 32; ++warp) clocks_[warp][warp] = 1;
}

void SharedShadow::start_block() {
  join(kAllLanes);
  equals_.clear();
}

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

void SharedShadow::fail_race(const Access& access, uint64_t byte, const std::string& other) {
  fail(FaultKind::kSharedRace, access.lane,
       "race in shared memory: " + std::to_string(access.bytes) + "-byte " +
           verb(access.direction) + " of shared byte " + std::to_string(byte) + " and " + other +
           ", with no barrier between");
}

void SharedShadow::check_write(const Access& access, uint64_t byte, const Write& before,
                               const std::optional<std::byte>& value) const {
  const bool both_atomic = before.is_atomic && access.direction == Direction::kAtomic;
  const bool equal = value && before.value == value;
  if (both_atomic || equal) return;
  fail_race(access, byte,
            std::string(before.is_atomic ? "an atomic" : "a store") + " by thread " +
                std::to_string(before.thread) + " of the block" +
                (before.line ? " at line " + std::to_string(before.line) : ""));
}

void SharedShadow::check_reads(const Access& access, uint64_t byte) const {
  const uint32_t now = access.warp.index;
  const Reads& reads = reads_[byte];
  for (uint32_t left = reads.warps & ~(1u << now); left != 0; left &= left - 1) {
    const auto other = uint32_t(std::countr_zero(left));
    if (ordered(other, reads.clock[other], now)) continue;
    fail_race(access, byte,
              "a load by warp " + std::to_string(other) +
                  (reads.line ? " at line " + std::to_string(reads.line) : ""));
  }
}

// The last write is about to be followed by one of `now`. Who is ordered with that is ordered with
// those before it.
void SharedShadow::keep_equal(uint64_t byte, uint32_t now) {
  const Write& last = writes_[byte];
  const bool keeps_last = !last.is_atomic && !ordered(last, now);
  if (!keeps_last && equals_.empty()) return;
  std::vector<Write>& equals = equals_[byte];
  std::erase_if(equals, [&](const Write& write) { return ordered(write, now); });
  if (keeps_last) equals.push_back(last);
  if (equals.empty()) equals_.erase(byte);
}

void SharedShadow::check_byte(const Access& access, uint64_t byte, std::optional<std::byte> value) {
  const uint32_t now = access.warp.index;
  const auto check = [&](const Write& before) {
    if (!ordered(before, now)) check_write(access, byte, before, value);
  };
  check(writes_[byte]);
  if (!equals_.empty())
    if (const auto equals = equals_.find(byte); equals != equals_.end())
      std::ranges::for_each(equals->second, check);
  Reads& reads = reads_[byte];
  if (access.direction == Direction::kLoad) {
    reads.clock[now] = clocks_[now][now];
    reads.warps |= 1u << now;
    reads.line = access.line;
    return;
  }
  check_reads(access, byte);
  // Who is ordered with a plain store need not be with those that put the same.
  if (!value) reads.warps = 0;
  keep_equal(byte, now);
  writes_[byte] = {.clock = clocks_[now][now],
                   .line = access.line,
                   .thread = uint16_t(now * kLanes + uint32_t(access.lane)),
                   .warp = uint8_t(now),
                   .is_atomic = access.direction == Direction::kAtomic,
                   .value = value};
}

void SharedShadow::access(const Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
                          Direction direction, const StoredValues& stored) {
  const int line = source_line(warp).line;
  const bool is_known = direction == Direction::kStore && stored.slots;
  for (int lane = 0; lane < kLanes; ++lane) {
    if (!has_lane(mask, lane)) continue;
    const Access access{warp, lane, bytes, direction, line};
    for (uint64_t at = 0; at < bytes; ++at)
      check_byte(access, address[lane] + at,
                 is_known ? std::optional(stored.at(warp, lane, at)) : std::nullopt);
  }
}

}  // namespace cudal1::sim
