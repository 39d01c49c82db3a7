#include "cudal1/measure/paired.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "cudal1/core/assert.h"

namespace cudal1::measure {
namespace {

constexpr uint32_t kResamples = 2000;
constexpr size_t kManyPairs = 2 * size_t(kMinBootstrapBlocks);
// Fewer pairs than this leave an interval too wide to decide anything …
constexpr size_t kFewPairs = 8;
// … so a slow program may take this many times the rule's time to get there.
constexpr int kPatience = 4;
// The interval is looked at after this growth in pairs: a bootstrap per block would cost more than
// the timing, and every further look is another chance to stop on a lucky streak.
constexpr double kLookGrowth = 1.5;

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

bool usable(const std::vector<double>& times) {
  return !times.empty() &&
         std::ranges::all_of(times, [](double ns) { return std::isfinite(ns) && ns > 0; });
}

void append(PairedSamples& samples, uint32_t block, const std::vector<Side>& order,
            const std::vector<double>& times) {
  CUDAL1_ASSERT(times.size() == order.size());
  for (size_t i = 0; i < order.size(); ++i)
    (order[i] == Side::kReference ? samples.reference_ns : samples.candidate_ns)
        .push_back(times[i]);
  CUDAL1_ASSERT(samples.reference_ns.size() == samples.candidate_ns.size());
  samples.block.resize(samples.reference_ns.size(), block);
}

// Mean over the block's pairs: A B B A is symmetric in time, so a linear drift within it cancels.
double block_log_ratio(const PairedSamples& samples, size_t begin, size_t end) {
  double sum = 0;
  for (size_t i = begin; i < end; ++i)
    sum += std::log(samples.reference_ns[i] / samples.candidate_ns[i]);
  return sum / static_cast<double>(end - begin);
}

// Of the rule's limits those that hold whatever the interval is.
std::string limit_reached(const StopRule& rule, const PairedSamples& samples,
                          std::chrono::nanoseconds elapsed) {
  if (samples.reference_ns.size() >= rule.max_pairs) return "max-pairs";
  const bool too_few = samples.reference_ns.size() < kFewPairs;
  if (elapsed >= rule.max_time * (too_few ? kPatience : 1)) return "max-time";
  return {};
}

}  // namespace

std::vector<Side> abba_block(Rng& rng) {
  const bool reference_first = rng.below(2) == 0;
  const Side outer = reference_first ? Side::kReference : Side::kCandidate;
  const Side inner = reference_first ? Side::kCandidate : Side::kReference;
  return {outer, inner, inner, outer};
}

StopRule StopRule::exploring() {
  StopRule rule;
  rule.min_pairs = 16;
  rule.max_pairs = 160;
  rule.target_half_width = 0.003;
  rule.max_time = std::chrono::milliseconds(150);
  return rule;
}

std::string StopRule::name() const {
  const double seconds = std::chrono::duration<double>(max_time).count();
  return "half-width ≤ " + number(target_half_width * 100) + " % or " + number(max_pairs) +
         " pairs or " + number(seconds) + " s";
}

std::string StopRule::reason(const PairedSamples& samples, const Interval& current,
                             std::chrono::nanoseconds elapsed) const {
  if (samples.reference_ns.size() >= min_pairs) {
    const double relative = current.half_width() / current.median;
    const double clock = clock_half_width(samples, clock_resolution_ns);
    if (relative <= target_half_width) return "half-width";
    if (relative <= 2 * clock) return "clock-resolution";
  }
  return limit_reached(*this, samples, elapsed);
}

double clock_half_width(const PairedSamples& samples, double clock_resolution_ns) {
  const double shorter = std::min(median(samples.reference_ns), median(samples.candidate_ns));
  // Few samples can agree on the wrong tick by chance.
  const double ticks = samples.block.size() < kManyPairs ? 1 : 0.5;
  return ticks * clock_resolution_ns / shorter;
}

Interval speedup_interval(const PairedSamples& samples, const StopRule& rule, uint64_t seed) {
  std::vector<double> log_ratios;  // [blocks]
  std::vector<uint32_t> blocks;
  for (size_t begin = 0, end = 0; begin < samples.block.size(); begin = end) {
    while (end < samples.block.size() && samples.block[end] == samples.block[begin]) ++end;
    log_ratios.push_back(block_log_ratio(samples, begin, end));
    blocks.push_back(samples.block[begin]);
  }
  Interval interval = bootstrap_ratio(log_ratios, blocks, rule.confidence, kResamples, seed);
  const double clock = clock_half_width(samples, rule.clock_resolution_ns);
  interval.low *= std::exp(-clock);
  interval.high *= std::exp(clock);
  return interval;
}

const char* to_string(Decision decision) {
  switch (decision) {
    case Decision::kSame:
      return "same";
    case Decision::kFaster:
      return "faster";
    case Decision::kSlower:
      return "slower";
    case Decision::kAmbiguous:
      return "ambiguous";
  }
  CUDAL1_ASSERT(!"a decision without a name");
}

Decision decide(const Interval& speedup, double indifference) {
  if (speedup.low > 1 + indifference) return Decision::kFaster;
  if (speedup.high < 1 - indifference) return Decision::kSlower;
  if (speedup.low >= 1 - indifference && speedup.high <= 1 + indifference) return Decision::kSame;
  return Decision::kAmbiguous;
}

Comparison compare(const TimeBlock& time_block, const StopRule& rule, double indifference,
                   uint64_t seed) {
  Rng rng(seed);
  const uint64_t bootstrap_seed = rng.next();
  Comparison result;
  result.stop_rule = rule.name();
  PairedSamples& samples = result.samples;
  const auto start = std::chrono::steady_clock::now();
  double next_look = rule.min_pairs;

  for (uint32_t block = 0; result.stopped_by.empty(); ++block) {
    const std::vector<Side> order = abba_block(rng);
    const std::vector<double> times = time_block(order);
    if (usable(times)) {
      append(samples, block, order, times);
    } else {
      ++samples.discarded_blocks;
    }
    const auto elapsed = std::chrono::steady_clock::now() - start;
    const auto pairs = static_cast<double>(samples.block.size());
    result.stopped_by = limit_reached(rule, samples, elapsed);
    const bool look = pairs > 0 && (pairs >= next_look || !result.stopped_by.empty());
    if (!look) continue;
    next_look = pairs * kLookGrowth;
    result.speedup = speedup_interval(samples, rule, bootstrap_seed);
    result.stopped_by = rule.reason(samples, result.speedup, elapsed);
  }
  if (!samples.block.empty()) result.decision = decide(result.speedup, indifference);
  return result;
}

Comparison compare_predicted(double reference_ns, double candidate_ns, double indifference) {
  CUDAL1_ASSERT(reference_ns > 0 && candidate_ns > 0);
  Comparison result;
  result.samples = {{reference_ns}, {candidate_ns}, {0}};
  const double ratio = reference_ns / candidate_ns;
  result.speedup = {ratio, ratio, ratio};
  result.decision = decide(result.speedup, indifference);
  result.stop_rule = "one prediction";
  result.stopped_by = "predicted";
  return result;
}

}  // namespace cudal1::measure
