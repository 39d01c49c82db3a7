// cp.async copies that are under way: begun, and not yet waited for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cudal1::sim {

struct Warp;

// One thread's copy.
struct AsyncCopy {
  uint64_t to = 0;                  // shared address
  const std::byte* from = nullptr;  // null where nothing is read
  uint8_t bytes = 0, wanted = 0;    // those not wanted become zero
  uint8_t lane = 0;
  uint32_t group = 0;  // of its thread
  int line = 0;        // of the CUDA source
};

// The copies of a block. They reach shared memory as late as a GPU may let them: when their own
// thread waits for their group.
class AsyncCopies {
 public:
  void start_block();
  void begin(Warp& warp, AsyncCopy copy);
  // The copies that the lanes have begun since they last did this become their next group.
  void commit(const Warp& warp, uint32_t lanes);
  // All groups of the lanes but the `allowed` latest come to their end.
  void wait(Warp& warp, uint32_t lanes, uint32_t allowed);
  bool any() const { return count_ > 0; }
  // The copy that is to change one of these bytes; null: none.
  const AsyncCopy* find(uint64_t address, uint32_t bytes) const;

 private:
  void finish(Warp& warp, const AsyncCopy& copy);

  std::array<std::vector<AsyncCopy>, 32> of_warp_;  // in the order in which they began
  std::array<uint32_t, 1024> groups_{};             // per thread: committed so far
  std::vector<uint16_t> pending_;                   // per shared byte: copies that are to change it
  size_t count_ = 0;
};

}  // namespace cudal1::sim
