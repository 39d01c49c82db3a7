#include "counters.h"

#include <algorithm>
#include <bit>

#include "lanes.h"

namespace cudal1::sim {
namespace {

// A small open-addressed set, for the at most 64 distinct keys that one access can have.
class SmallSet {
 public:
  bool insert(uint64_t key) {
    uint32_t at = uint32_t((key * 0x9E3779B97F4A7C15ull) >> 57);
    for (;; at = (at + 1) & 127) {
      if (!((used_[at >> 6] >> (at & 63)) & 1)) break;
      if (keys_[at] == key) return false;
    }
    used_[at >> 6] |= uint64_t(1) << (at & 63);
    keys_[at] = key;
    ++size_;
    return true;
  }
  uint32_t size() const { return size_; }

 private:
  uint64_t used_[2] = {};
  uint64_t keys_[128];
  uint32_t size_ = 0;
};

// Whether lane l is at address[0] + l * bytes, for all lanes.
bool is_consecutive(const uint64_t* address, uint32_t bytes) {
  uint64_t different = 0;
  for (int l = 0; l < kLanes; ++l) different |= address[l] ^ (address[0] + uint64_t(l) * bytes);
  return different == 0;
}

// Wavefronts of the lanes [from, to): the largest number of distinct words in one bank.
uint32_t wavefronts(const uint64_t* address, int from, int to, uint32_t mask, uint32_t bytes) {
  SmallSet words;
  uint8_t per_bank[32] = {};
  uint32_t most = 0;
  uint64_t last = ~uint64_t(0);
  for (int l = from; l < to; ++l) {
    if (!has_lane(mask, l)) continue;
    const uint64_t first = address[l] / 4;
    if (first == last) continue;
    last = first;
    for (uint64_t word = first; word < first + std::max(1u, bytes / 4); ++word)
      if (words.insert(word)) most = std::max<uint32_t>(most, ++per_bank[word & 31]);
  }
  return most;
}

}  // namespace

SectorSet& AccessCounter::sectors(const RegionView& region, bool is_store) {
  SectorSet& set = is_store ? region.stores : region.loads;
  if (!set.is_open()) set.open(region.begin, region.end);
  return set;
}

uint64_t AccessCounter::global(const RegionView& region, uint32_t mask, const uint64_t* address,
                               uint64_t low, uint64_t high, uint32_t bytes, bool is_store) {
  SectorSet& unique = sectors(region, is_store);
  uint64_t missed = 0;
  const uint64_t first = low / kSectorBytes, last = (high + bytes - 1) / kSectorBytes;
  uint64_t count = 0, lines = 0;
  // Dense when lanes leave no gap: consecutive, all in one line, or a span no longer than what they
  // ask for.
  const bool dense = last - first <= 1 || (mask == kAllLanes && is_consecutive(address, bytes));
  if (dense) {
    count = last - first + 1;
    lines = last / 4 - first / 4 + 1;
    unique.add(first, last);
    for (uint64_t sector = first; sector <= last; ++sector)
      missed += l1_.miss(sector + region.place);
  } else {
    SmallSet seen, seen_lines;
    uint64_t previous = ~uint64_t(0);
    for (int l = 0; l < kLanes; ++l) {
      const uint64_t sector = address[l] / kSectorBytes;
      if (sector == previous) continue;
      previous = sector;
      if (!seen.insert(sector)) continue;
      unique.add(sector, sector);
      missed += l1_.miss(sector + region.place);
      seen_lines.insert(sector / 4);
    }
    count = seen.size();
    lines = seen_lines.size();
  }
  if (!is_store) counts_.l2_load_sectors += missed;
  counts_.global_lines += lines;
  (is_store ? counts_.global_store_sectors : counts_.global_load_sectors) += count;
  (is_store ? counts_.global_store_bytes : counts_.global_load_bytes) +=
      uint64_t(std::popcount(mask)) * bytes;
  return missed;
}

uint64_t AccessCounter::scattered(const RegionView* const* regions, uint32_t mask,
                                  const uint64_t* address, uint32_t bytes, bool is_store) {
  SmallSet seen, seen_lines;
  uint64_t missed = 0;
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    const uint64_t sector = address[l] / kSectorBytes;
    if (!seen.insert(sector)) continue;
    sectors(*regions[l], is_store).add(sector, sector);
    missed += l1_.miss(sector + regions[l]->place);
    seen_lines.insert(sector / 4);
  }
  if (!is_store) counts_.l2_load_sectors += missed;
  counts_.global_lines += seen_lines.size();
  (is_store ? counts_.global_store_sectors : counts_.global_load_sectors) += seen.size();
  (is_store ? counts_.global_store_bytes : counts_.global_load_bytes) +=
      uint64_t(std::popcount(mask)) * bytes;
  return missed;
}

uint64_t AccessCounter::shared(uint32_t mask, const uint64_t* address, uint64_t low, uint64_t high,
                               uint32_t bytes) {
  ++counts_.shared_accesses;
  // Lanes that stay within 128 bytes meet every bank at most once.
  if (bytes <= 4 && (high - low < 125 || (mask == kAllLanes && is_consecutive(address, 4)))) {
    if (high / 128 == low / 128 || bytes == 4) {
      ++counts_.shared_wavefronts;
      return 1;
    }
  }
  // 8-byte accesses go by half warps, 16-byte ones by quarters.
  const int step = bytes >= 16 ? 8 : bytes == 8 ? 16 : 32;
  uint64_t taken = 0;
  for (int from = 0; from < kLanes; from += step) {
    const uint32_t part = mask & uint32_t(((uint64_t(1) << step) - 1) << from);
    if (part) taken += wavefronts(address, from, from + step, part, bytes);
  }
  counts_.shared_wavefronts += taken;
  return taken;
}

void AccessCounter::atomic(uint32_t mask, const uint64_t* address, bool is_shared) {
  uint32_t most = 0;
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    uint32_t same = 0;
    for (int other = 0; other < kLanes; ++other)
      same += has_lane(mask, other) && address[other] == address[l];
    most = std::max(most, same);
  }
  counts_.atomics += uint64_t(std::popcount(mask));
  if (is_shared)
    counts_.shared_wavefronts += most - 1;
  else
    counts_.atomic_serialised += most;
}

}  // namespace cudal1::sim
