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
constexpr size_t kPairsPerBlock = 2;
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
std::string limit_reached(const StopRule& rule, size_t pairs, std::chrono::nanoseconds elapsed) {
  if (pairs >= rule.max_pairs) return "max-pairs";
  if (elapsed >= rule.max_time * (pairs < kFewPairs ? kPatience : 1)) return "max-time";
  return {};
}

// Every block that was run, with what its clock says.
struct Record {
  PairedSamples all;
  ClockRecord clock;
  std::vector<uint32_t> failed;  // blocks without times

  void add(uint32_t block, const std::vector<Side>& order, const BlockTimes& times);
  size_t kept_pairs() const;
  PairedSamples kept() const;
};

void Record::add(uint32_t block, const std::vector<Side>& order, const BlockTimes& times) {
  const bool timed = usable(times.ns);
  clock.add(timed ? times.sm_mhz : std::vector<double>{});
  if (timed)
    append(all, block, order, times.ns);
  else
    failed.push_back(block);
}

size_t Record::kept_pairs() const {
  return all.block.size() - clock.bad_blocks().size() * kPairsPerBlock;
}

PairedSamples Record::kept() const {
  const std::vector<uint32_t> bad = clock.bad_blocks();
  PairedSamples samples;
  for (size_t i = 0; i < all.block.size(); ++i) {
    if (std::ranges::binary_search(bad, all.block[i])) continue;
    samples.reference_ns.push_back(all.reference_ns[i]);
    samples.candidate_ns.push_back(all.candidate_ns[i]);
    samples.block.push_back(all.block[i]);
  }
  for (const uint32_t block : bad) samples.discarded.push_back({block, clock.reason(block)});
  for (const uint32_t block : failed) samples.discarded.push_back({block, "a run has no time"});
  std::ranges::sort(samples.discarded, {}, &DiscardedBlock::block);
  samples.sm_mhz = clock.mhz();
  samples.clock_unstable = clock.unstable();
  return samples;
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
  return limit_reached(*this, samples.reference_ns.size(), elapsed);
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

Comparison compare(const TimeBlock& time_block, const StopRule& rule, double indifference,
                   uint64_t seed) {
  Rng rng(seed);
  const uint64_t bootstrap_seed = rng.next();
  Comparison result;
  result.stop_rule = rule.name();
  Record record;
  const auto start = std::chrono::steady_clock::now();
  double next_look = rule.min_pairs;

  for (uint32_t block = 0; result.stopped_by.empty(); ++block) {
    const std::vector<Side> order = abba_block(rng);
    record.add(block, order, time_block(order));
    const auto elapsed = std::chrono::steady_clock::now() - start;
    const size_t pairs = record.kept_pairs();
    result.stopped_by = limit_reached(rule, pairs, elapsed);
    const bool look = pairs > 0 && (double(pairs) >= next_look || !result.stopped_by.empty());
    if (!look) continue;
    next_look = double(pairs) * kLookGrowth;
    const PairedSamples kept = record.kept();
    result.speedup = speedup_interval(kept, rule, bootstrap_seed);
    result.stopped_by = rule.reason(kept, result.speedup, elapsed);
  }
  result.samples = record.kept();
  const Judgement judgement =
      judge(result.speedup, indifference, {result.samples.block.size(), result.stopped_by});
  if (result.samples.block.empty()) return result;
  result.decision = judgement.decision;
  result.reason = judgement.reason;
  return result;
}

Comparison compare_predicted(double reference_ns, double candidate_ns, double indifference) {
  CUDAL1_ASSERT(reference_ns > 0 && candidate_ns > 0);
  Comparison result;
  result.samples.reference_ns = {reference_ns};
  result.samples.candidate_ns = {candidate_ns};
  result.samples.block = {0};
  const double ratio = reference_ns / candidate_ns;
  result.speedup = {ratio, ratio, ratio};
  const Judgement judgement = judge(result.speedup, indifference, {});
  result.decision = judgement.decision;
  result.reason = judgement.reason;
  result.stop_rule = "one prediction";
  result.stopped_by = "predicted";
  return result;
}

}  // namespace cudal1::measure
