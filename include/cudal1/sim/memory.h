// The address ranges a kernel may touch. Host memory stands in for global memory, at its own
// addresses.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace cudal1::sim {

struct Region {
  uint64_t begin = 0;  // address of the first byte
  uint64_t end = 0;    // one past the last
  std::string label;   // for fault messages: "tensor allocated at line 12", "__constant__ weights"
  bool writable = true;
  std::string protection;  // not empty: a store faults with kProtected, and says this of its target
};

class Memory {
 public:
  void add(Region region);  // must not overlap another
  void remove(uint64_t begin);
  // From now on stores to the region that holds `address` are faults.
  void protect(uint64_t address, std::string protection);
  // The region that holds `address`, or null. Valid until the next add or remove.
  const Region* find(uint64_t address) const;
  // The region that ends at or before `address` and is nearest, for messages ("4 bytes past the end
  // of …").
  const Region* nearest_below(uint64_t address) const;
  const Region* nearest_above(uint64_t address) const;

 private:
  std::map<uint64_t, Region> by_begin_;
};

}  // namespace cudal1::sim
