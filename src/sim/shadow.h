// Shared memory's shadow: who touched which byte last, to find races between warps.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "locate.h"
#include "warp.h"

namespace cudal1::sim {

// Vector clocks per warp (as in FastTrack, Flanagan and Freund 2009): a warp's own clock ticks at
// every barrier it passes, and barriers join the clocks of the warps that meet. Accesses of one
// warp count as ordered.
class SharedShadow {
 public:
  explicit SharedShadow(size_t shared_bytes);
  // At the start of a block: whatever came before is ordered.
  void start_block();
  // The warps of `warps` (a mask) have met at a barrier.
  void join(uint32_t warps);
  // Faults with kSharedRace.
  void access(const Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
              Direction direction);

 private:
  struct Write {
    uint32_t clock = 0;
    uint8_t warp = 0;
    bool is_atomic = false;
    int line = 0;
    uint16_t thread = 0;
  };
  struct Reads {
    std::array<uint32_t, 32> clock{};
    uint32_t warps = 0;  // that have read
    int line = 0;        // of the latest read
  };
  bool ordered(uint32_t before, uint32_t clock, uint32_t now) const {
    return clocks_[now][before] >= clock;
  }
  void check_byte(const Warp& warp, int lane, uint64_t byte, uint32_t bytes, Direction direction,
                  int line);

  std::vector<Write> writes_;                          // per byte
  std::vector<Reads> reads_;                           // per byte
  std::array<std::array<uint32_t, 32>, 32> clocks_{};  // [warp][what it knows of warp]
};

}  // namespace cudal1::sim
