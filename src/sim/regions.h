// What a launch may touch in global memory, with the sectors it did touch.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cudal1/sim/memory.h"
#include "program.h"

namespace cudal1::sim {

constexpr uint64_t kSectorBytes = 32;

// One bit per 32-byte sector.
class SectorSet {
 public:
  void open(uint64_t begin, uint64_t end);
  bool is_open() const { return bits_ != nullptr; }
  void add(uint64_t first_sector, uint64_t last_sector);
  uint64_t size() const;

 private:
  struct Free {
    void operator()(uint64_t* words) const;
  };
  std::unique_ptr<uint64_t[], Free> bits_;
  uint64_t base_ = 0, words_ = 0;
  uint64_t low_ = ~uint64_t(0), high_ = 0;  // words touched
};

struct RegionView {
  uint64_t begin = 0, end = 0;
  uint64_t place = 0;  // added to its sectors' numbers: what L1 is said to hold is the same
                       // wherever the allocator has put the region
  bool writable = true;
  std::string label, protection;
  mutable SectorSet loads, stores;
  mutable bool stored = false;  // to
};

// "4 bytes", "1 byte".
std::string bytes_text(uint64_t bytes);
// Where an access lies against the `end` that it crosses, counted to its first byte: "directly past
// the end of " for the very next.
std::string place_past(uint64_t end, uint64_t address, uint64_t bytes);

class RegionTable {
 public:
  RegionTable(const Memory& memory, const Module::Impl& module, std::span<const std::byte> params);
  // The region that holds `address`, or null.
  const RegionView* find(uint64_t address);
  // "which begins 8 bytes past the end of …", or "… before the start of …" where that is nearer.
  std::string describe_miss(uint64_t address, uint64_t bytes);
  // Where the regions begin that were stored to.
  std::vector<uint64_t> stored() const;
  uint64_t unique_loads() const;
  uint64_t unique_stores() const;

 private:
  const RegionView* keep(const Region& region);
  const Memory& memory_;
  std::map<uint64_t, std::unique_ptr<RegionView>> seen_;
};

}  // namespace cudal1::sim
