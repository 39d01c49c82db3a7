#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "cudal1/core/assert.h"
#include "cudal1/core/rng.h"
#include "cudal1/measure/statistics.h"
#include "student.h"

namespace cudal1::measure {
namespace {

constexpr double kUnknownNoise = std::numbers::ln2;

struct Entry {
  double value;
  uint32_t block;  // dense, from 0
};

// Sorted once: a resample is then a weight per block, and its median one walk over the entries.
class BlockedSample {
 public:
  BlockedSample(std::span<const double> values, std::span<const uint32_t> blocks) {
    std::map<uint32_t, uint32_t> dense;
    for (size_t i = 0; i < values.size(); ++i) {
      const auto [it, fresh] = dense.try_emplace(blocks[i], static_cast<uint32_t>(dense.size()));
      if (fresh) {
        sizes_.push_back(0);
        sums_.push_back(0);
      }
      ++sizes_[it->second];
      sums_[it->second] += values[i];
      entries_.push_back({values[i], it->second});
    }
    std::ranges::sort(entries_, {}, &Entry::value);
  }

  uint32_t blocks() const { return static_cast<uint32_t>(sizes_.size()); }

  double resampled_median(Rng& rng) {
    weights_.assign(blocks(), 0);
    uint64_t total = 0;
    for (uint32_t i = 0; i < blocks(); ++i) {
      const uint64_t drawn = rng.below(blocks());
      ++weights_[drawn];
      total += sizes_[drawn];
    }
    return weighted_median(total);
  }

  // What is averaged for Student's t: the blocks, or the entries of the only block.
  std::vector<double> units() const {
    std::vector<double> result;
    if (blocks() == 1) {
      for (const Entry& entry : entries_) result.push_back(entry.value);
    } else {
      for (uint32_t i = 0; i < blocks(); ++i) result.push_back(sums_[i] / sizes_[i]);
    }
    return result;
  }

 private:
  double weighted_median(uint64_t total) const {
    const uint64_t lower_rank = (total - 1) / 2;
    const uint64_t upper_rank = total / 2;
    uint64_t passed = 0;
    size_t i = 0;
    while ((passed += weights_[entries_[i].block]) <= lower_rank) ++i;
    const double lower = entries_[i].value;
    if (passed > upper_rank) return lower;
    do ++i;
    while (weights_[entries_[i].block] == 0);
    return (lower + entries_[i].value) / 2;
  }

  std::vector<Entry> entries_;
  std::vector<uint32_t> sizes_;
  std::vector<double> sums_;
  std::vector<uint32_t> weights_;
};

Interval percentile_bootstrap(BlockedSample& sample, double middle, double confidence,
                              uint32_t resamples, uint64_t seed) {
  Rng rng(seed);
  std::vector<double> medians(resamples);
  for (double& value : medians) value = sample.resampled_median(rng);
  return {middle, quantile(medians, (1 - confidence) / 2), quantile(medians, (1 + confidence) / 2)};
}

// Never narrower than Student's t interval of the units, centred where the median is.
void widen_to_student(Interval& interval, const std::vector<double>& units, double confidence) {
  const auto count = static_cast<double>(units.size());
  const double mean = std::accumulate(units.begin(), units.end(), 0.0) / count;
  double squares = 0;
  for (double unit : units) squares += (unit - mean) * (unit - mean);
  const double error = std::sqrt(squares / (count - 1) / count);
  const double student = student_t(confidence, static_cast<int>(units.size()) - 1) * error;
  const double reach = std::min(student, kUnknownNoise);
  interval.low = std::min(interval.low, interval.median - reach);
  interval.high = std::max(interval.high, interval.median + reach);
}

}  // namespace

Interval bootstrap_ratio(std::span<const double> log_ratios, std::span<const uint32_t> blocks,
                         double confidence, uint32_t resamples, uint64_t seed) {
  CUDAL1_ASSERT(!log_ratios.empty() && log_ratios.size() == blocks.size());
  CUDAL1_ASSERT(confidence > 0 && confidence < 1 && resamples > 0);
  const double middle = median(log_ratios);
  if (log_ratios.size() == 1)
    return {std::exp(middle), std::exp(middle - kUnknownNoise), std::exp(middle + kUnknownNoise)};

  BlockedSample sample(log_ratios, blocks);
  Interval logs = percentile_bootstrap(sample, middle, confidence, resamples, seed);
  if (sample.blocks() < kMinBootstrapBlocks) widen_to_student(logs, sample.units(), confidence);
  return {std::exp(logs.median), std::exp(logs.low), std::exp(logs.high)};
}

}  // namespace cudal1::measure
