// Which blocks of a grid run, and in which order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cudal1/sim/machine.h"

namespace cudal1::sim {

// All of them or a sample, in order or shuffled; computed on the fly, as grids may be huge.
class BlockOrder {
 public:
  BlockOrder(uint64_t total, const RunOptions& options);
  uint64_t total() const { return total_; }
  uint64_t count() const { return count_; }
  // Linear index of the block that runs as number `turn`, from 0.
  uint64_t at(uint64_t turn) const;
  // Of the first and the last block, those that a sample does not hold.
  std::vector<uint64_t> left_out_edges() const;

 private:
  uint64_t sampled(uint64_t stratum) const;
  uint64_t shuffled(uint64_t turn) const;

  uint64_t total_, count_;
  bool shuffle_;
  uint64_t sample_key_;
  std::array<uint64_t, 4> keys_;  // of the rounds of the shuffle
  uint32_t half_bits_;
};

}  // namespace cudal1::sim
