// Counts what memory accesses cost: sectors, lines, bank conflicts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cudal1/core/mix.h"
#include "cudal1/sim/counts.h"
#include "inst.h"
#include "regions.h"

namespace cudal1::sim {

// Which sectors a block has in its share of L1. A hash spreads them over
// sets of four, least recently used out first: what the other blocks of the SM
// evict in between looks random, and so a working set near the share's size hits in part.
// The hash must not keep arithmetic sequences, as a factor alone would: then the distance of two
// buffers decides whether they evict each other.
class BlockCache {
 public:
  void clear() { ++block_; }
  void resize(uint64_t bytes) {
    sets_ = std::max<uint64_t>(1, bytes / kSectorBytes / kWays);
    entries_.assign(sets_ * kWays, Entry{});
  }
  // 1 when the sector was not there; it is afterwards.
  uint64_t miss(uint64_t sector) {
    Entry* set = &entries_[((mixed(sector) >> 32) * sets_ >> 32) * kWays];
    uint64_t way = 0;
    while (way < kWays && !(set[way].sector == sector && set[way].block == block_)) ++way;
    const bool hit = way < kWays;
    // The newest stands first, the oldest falls off the end.
    std::copy_backward(set, set + std::min(way, kWays - 1), set + std::min(way, kWays - 1) + 1);
    set[0] = {sector, block_};
    return hit ? 0 : 1;
  }

 private:
  static constexpr uint64_t kWays = 4;
  struct Entry {
    uint64_t sector = 0, block = 0;
  };
  std::vector<Entry> entries_ = std::vector<Entry>(kWays);
  uint64_t sets_ = 1;
  uint64_t block_ = 1;
};

class AccessCounter {
 public:
  explicit AccessCounter(Counts& counts) : counts_(counts) {}

  // Addresses of all 32 lanes (those outside `mask` repeat an active one), all inside `region`.
  // Gives the sectors that L1 did not hold.
  uint64_t global(const RegionView& region, uint32_t mask, const uint64_t* address, uint64_t low,
                  uint64_t high, uint32_t bytes, bool is_store);
  // The same when lanes touch different regions.
  uint64_t scattered(const RegionView* const* regions, uint32_t mask, const uint64_t* address,
                     uint32_t bytes, bool is_store);
  // Gives the wavefronts.
  uint64_t shared(uint32_t mask, const uint64_t* address, uint64_t low, uint64_t high,
                  uint32_t bytes);
  void local(uint64_t bytes) { counts_.local_bytes += bytes; }
  // Pointers of all lanes; those of `mask` count.
  void atomic(uint32_t mask, const uint64_t* address, bool is_shared);
  void start_block() { l1_.clear(); }
  void set_l1_bytes(uint64_t bytes) { l1_.resize(bytes); }

 private:
  SectorSet& sectors(const RegionView& region, bool is_store);
  Counts& counts_;
  BlockCache l1_;
};

}  // namespace cudal1::sim
