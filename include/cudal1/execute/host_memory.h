// CPU memory as the PTX machine's global memory: every allocation of this process is a region with
// its own bounds, a gap on both sides, and known content.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "cudal1/sim/memory.h"

namespace cudal1::execute {

// Replaces ATen's CPU allocator for the life of the process; only a worker that serves the sim does
// that.
class HostMemory {
 public:
  static HostMemory& install();

  // Regions of all live allocations. Not to be read while another thread allocates.
  const sim::Memory& regions() const;
  // Fresh allocations are filled with this byte; negative: left as they are.
  void set_poison(int byte);
  // From here on they are filled as memory is that others have used; see ordinary.h.
  void set_ordinary();
  // Kernels that store to the allocation that holds `address`, while it lives, fault; `protection` is
  // what the fault says of it ("argument 1, which …").
  void protect(const void* address, std::string protection);
  // Words for a new region's label ("tensor made at line 12"); may be empty.
  void set_label(std::function<std::string()> label);
  uint64_t live_bytes() const;

 private:
  HostMemory() = default;
};

}  // namespace cudal1::execute
