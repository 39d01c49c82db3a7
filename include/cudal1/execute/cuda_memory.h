// Device memory of a worker: ATen's CUDA allocator replaced by one that guards, poisons and
// replays.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/gpu/driver.h"

namespace cudal1::execute {

// The allocations of one run of a program, in order. Replayed, the same run gets the same
// addresses, and the harness can poison them all between two runs.
struct Tape {
  struct Block {
    CUdeviceptr address;
    size_t bytes;
    bool lent = false;  // by another tape, which outlives this one
  };
  std::vector<Block> blocks;
  size_t next = 0;
  bool broken = false;  // a run asked for something else than the one before
};

class CudaMemory {
 public:
  // Once per process, before ATen's first CUDA allocation; lives as long as the process.
  static CudaMemory& install(const gpu::Context& context);

  // From a pool by size; nothing is filled.
  void pool();
  // Every allocation ends at an unmapped page and is filled with `poison`.
  void guard(uint8_t poison);
  // The same, but filled as memory is that others have used; see ordinary.h.
  void guard_ordinary(CUstream stream);
  // Says so where something was written right before or after a guarded buffer; waits for the stream.
  std::optional<std::string> trespass(CUstream stream);
  // As pool(), and noted on `tape`, whose blocks stay taken until release(). Blocks of `lender` of
  // the same size are used again: two programs that are compared, and never run at once, then write
  // to the same addresses, and none gains by where its memory happens to lie.
  void record(Tape& tape, const Tape* lender = nullptr);
  // From the tape, in order; what does not fit marks it broken and comes from the pool, filled with `poison`.
  void replay(Tape& tape, uint8_t poison);
  void release(Tape& tape);
  // Fills what the pool holds and nobody uses: results that were compared there are not to be found.
  void scrub(uint8_t byte, CUstream stream);
  // Guarded buffers that were freed may be taken again, small ones that is: mapping one costs more
  // than most kernels take. Until then they hold `poison`. The device must be idle.
  void recycle(uint8_t poison, CUstream stream);
  // Unmaps all that were freed; the device must be idle.
  void bury();

 private:
  CudaMemory() = default;
};

}  // namespace cudal1::execute
