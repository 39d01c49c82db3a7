// Shared memory's shadow: who touched which byte last, to find races between warps.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "locate.h"
#include "warp.h"

namespace cudal1::sim {

// Vector clocks per warp (as in FastTrack, Flanagan and Freund 2009): a warp's own clock ticks at
// every barrier it passes, and barriers join the clocks of the warps that meet. Accesses of one
// warp count as ordered. Stores of equal bytes are no race, whichever comes last: flags are set
// like that.
class SharedShadow {
 public:
  explicit SharedShadow(size_t shared_bytes);
  // At the start of a block: whatever came before is ordered.
  void start_block();
  // The warps of `warps` (a mask) have met at a barrier.
  void join(uint32_t warps);
  // Faults with kSharedRace.
  void access(const Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
              Direction direction, const StoredValues& stored);

 private:
  struct Write {
    uint32_t clock = 0;
    int line = 0;
    uint16_t thread = 0;
    uint8_t warp = 0;
    bool is_atomic = false;
    std::optional<std::byte> value;  // of a plain store
  };
  struct Reads {
    std::array<uint32_t, 32> clock{};
    uint32_t warps = 0;  // that have read
    int line = 0;        // of the latest read
  };
  // One lane's, as a fault tells it.
  struct Access {
    const Warp& warp;
    int lane;
    uint32_t bytes;
    Direction direction;
    int line;
  };
  bool ordered(uint32_t before, uint32_t clock, uint32_t now) const {
    return clocks_[now][before] >= clock;
  }
  bool ordered(const Write& before, uint32_t now) const {
    return before.clock == 0 || before.warp == now || ordered(before.warp, before.clock, now);
  }
  [[noreturn]] static void fail_race(const Access& access, uint64_t byte, const std::string& other);
  void check_byte(const Access& access, uint64_t byte, std::optional<std::byte> value);
  void check_write(const Access& access, uint64_t byte, const Write& before,
                   const std::optional<std::byte>& value) const;
  void check_reads(const Access& access, uint64_t byte) const;
  void keep_equal(uint64_t byte, uint32_t now);

  std::vector<Write> writes_;  // per byte, the last
  // Per byte, those before it that put the same and are not ordered with it.
  std::unordered_map<uint64_t, std::vector<Write>> equals_;
  std::vector<Reads> reads_;                           // per byte
  std::array<std::array<uint32_t, 32>, 32> clocks_{};  // [warp][what it knows of warp]
};

}  // namespace cudal1::sim
