// The SM clock beside timed runs, and the blocks whose times it makes worthless.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cudal1::measure {

// Relative. Boost clocks jitter by less; a GPU that is throttled loses more.
constexpr double kClockTolerance = 0.03;

struct DiscardedBlock {
  uint32_t block = 0;
  std::string reason;
};

class ClockRecord {
 public:
  // Of the next block's runs, MHz; none, or a 0 among them: unknown, and never a reason to discard.
  void add(std::span<const double> runs_mhz);

  // Blocks that ran more than the tolerance below the median of all so far, or whose clock moved by
  // more than that between their runs. Judged anew at each call; where it would be more than half
  // of the blocks whose clock is known, that is what this machine is like: none, and unstable().
  std::vector<uint32_t> bad_blocks() const;
  std::string reason(uint32_t bad_block) const;
  bool unstable() const;
  // Of each block, the median of its runs; 0: unknown.
  std::vector<double> mhz() const;

 private:
  struct Block {
    double mhz = 0, least = 0, most = 0;
    bool moved() const { return most - least > kClockTolerance * mhz; }
  };
  double usual_mhz() const;
  std::vector<uint32_t> suspects() const;
  bool too_many(size_t suspects) const;

  std::vector<Block> blocks_;
};

}  // namespace cudal1::measure
