// Paired A/B timing in randomised ABBA blocks, and the rule that ends it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cudal1/core/rng.h"
#include "cudal1/measure/decision.h"
#include "cudal1/measure/sm_clock.h"
#include "cudal1/measure/statistics.h"

namespace cudal1::measure {

enum class Side { kReference, kCandidate };

// The order of one block: A B B A or B A A B, by coin.
std::vector<Side> abba_block(Rng& rng);

struct PairedSamples {
  std::vector<double> reference_ns, candidate_ns;  // same length: the i-th of each form a pair
  std::vector<uint32_t> block;                     // of each pair, ascending
  std::vector<double> sm_mhz;             // of every block by its number, also of discarded ones
  std::vector<DiscardedBlock> discarded;  // by number; their pairs are not in here
  bool clock_unstable = false;            // most blocks should have been discarded: none was
};

// Why timing ended. A rule has a name that is printed with the result.
struct StopRule {
  uint32_t min_pairs = 32;
  uint32_t max_pairs = 400;
  double target_half_width = 0.002;         // of the speedup, relative
  std::chrono::milliseconds max_time{500};  // four times that while there are fewer than 8 pairs
  // Of the interval. 99 %, because looking at the interval again and again until it is narrow
  // enough costs coverage: so that 95 of 100 hold the truth after stopping.
  double confidence = 0.99;
  // One tick of the clock that times the kernels. Repetition does not reveal what lies between two
  // ticks, so an interval is widened by half a tick to either side (few pairs: a whole one).
  double clock_resolution_ns = 32;
  // For the search: enough to rank candidates, at a fifth of the time. What it picks is measured
  // again.
  static StopRule exploring();
  std::string name() const;  // "half-width ≤ 0.2 % or 400 pairs or 0.5 s"
  // Empty while more pairs are wanted; else the reason: "half-width", "clock-resolution" (the
  // clock's part outweighs the noise that is left), "max-pairs", "max-time". `current` has the
  // clock's part in it.
  std::string reason(const PairedSamples& samples, const Interval& current,
                     std::chrono::nanoseconds elapsed) const;
};

// The clock's part of the half-width, relative: what a speedup cannot be known better than.
double clock_half_width(const PairedSamples& samples, double clock_resolution_ns);

// Interval of reference / candidate: the median over blocks of the mean log ratio of a block's
// pairs (which cancels a drift within the block), bootstrapped, widened by the clock's part.
// Samples not empty, all > 0.
Interval speedup_interval(const PairedSamples& samples, const StopRule& rule, uint64_t seed);

struct Comparison {
  PairedSamples samples;
  Interval speedup;  // reference / candidate, of the median block; all 0 when no pair was timed
  Decision decision = Decision::kAmbiguous;
  std::string reason;      // of the decision
  std::string stopped_by;  // the rule's reason
  std::string stop_rule;   // its name
};

// Of one block: the runs' times, and the SM clock beside each where it is known.
struct BlockTimes {
  BlockTimes(std::vector<double> ns = {}, std::vector<double> sm_mhz = {})
      : ns(std::move(ns)), sm_mhz(std::move(sm_mhz)) {}
  std::vector<double> ns, sm_mhz;
};

// Runs one block: times each side in `order` and returns ns in the same order. Empty: the block is
// to be dropped. So is a block with a time that is not positive and finite.
using TimeBlock = std::function<BlockTimes(const std::vector<Side>& order)>;

// Times blocks until the rule says stop. Dropped blocks count as time, not as pairs; what the SM
// clock makes worthless (sm_clock.h) is judged anew at every look, by all blocks so far.
Comparison compare(const TimeBlock& time_block, const StopRule& rule, double indifference,
                   uint64_t seed);

// Two predicted times, > 0: a prediction has no noise, so the interval is a point.
Comparison compare_predicted(double reference_ns, double candidate_ns, double indifference);

}  // namespace cudal1::measure
