#include "cudal1/sim/memory.h"

#include <iterator>
#include <utility>

#include "cudal1/core/assert.h"

namespace cudal1::sim {

void Memory::add(Region region) {
  CUDAL1_ASSERT(region.begin <= region.end);
  if (region.begin == region.end) return;  // an empty tensor holds no address
  const auto after = by_begin_.lower_bound(region.begin);
  CUDAL1_ASSERT(after == by_begin_.end() || region.end <= after->second.begin);
  CUDAL1_ASSERT(after == by_begin_.begin() || std::prev(after)->second.end <= region.begin);
  const uint64_t begin = region.begin;
  by_begin_.emplace(begin, std::move(region));
}

void Memory::remove(uint64_t begin) { by_begin_.erase(begin); }

void Memory::protect(uint64_t address, std::string protection) {
  if (const Region* region = find(address))
    by_begin_.at(region->begin).protection = std::move(protection);
}

const Region* Memory::find(uint64_t address) const {
  const auto after = by_begin_.upper_bound(address);
  if (after == by_begin_.begin()) return nullptr;
  const Region& region = std::prev(after)->second;
  return address < region.end ? &region : nullptr;
}

const Region* Memory::nearest_below(uint64_t address) const {
  for (auto at = by_begin_.upper_bound(address); at != by_begin_.begin();) {
    --at;
    if (at->second.end <= address) return &at->second;
  }
  return nullptr;
}

const Region* Memory::nearest_above(uint64_t address) const {
  const auto above = by_begin_.upper_bound(address);
  return above == by_begin_.end() ? nullptr : &above->second;
}

}  // namespace cudal1::sim
