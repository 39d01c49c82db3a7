// A simulated clock: drift per block, noise within, heavy tails, ticks. What compare() meets on a
// GPU.
#pragma once

#include <cmath>
#include <vector>

#include "cudal1/core/rng.h"
#include "cudal1/measure/paired.h"

namespace cudal1::measure {

struct Noise {
  double drift = 0.01;          // relative standard deviation of a block's common factor
  double slope = 0;             // relative change from one launch of a block to the next
  double jitter = 0.003;        // relative standard deviation of one launch
  double outlier_share = 0.02;  // launches that something else disturbed …
  double outlier = 0.3;         // … by up to this, relative
  double tick_ns = 32;          // 0: a perfect clock
};

class NoisyClock {
 public:
  NoisyClock(double reference_ns, double candidate_ns, const Noise& noise, uint64_t seed)
      : reference_ns_(reference_ns), candidate_ns_(candidate_ns), noise_(noise), rng_(seed) {}

  std::vector<double> operator()(const std::vector<Side>& order) {
    const double common = 1 + noise_.drift * normal();
    const double slope = noise_.slope * normal();
    std::vector<double> times;
    for (size_t i = 0; i < order.size(); ++i) {
      const double truth = order[i] == Side::kReference ? reference_ns_ : candidate_ns_;
      double factor =
          common * (1 + slope * static_cast<double>(i)) * (1 + noise_.jitter * normal());
      if (rng_.uniform() < noise_.outlier_share) factor *= 1 + noise_.outlier * rng_.uniform();
      times.push_back(ticked(truth * factor));
    }
    return times;
  }

 private:
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - rng_.uniform()));
    return radius * std::cos(2 * M_PI * rng_.uniform());
  }

  // The difference of two readings of a clock that ticks, begun at a random phase.
  double ticked(double ns) {
    if (noise_.tick_ns == 0) return ns;
    const double begin = rng_.uniform() * noise_.tick_ns;
    return std::floor((begin + ns) / noise_.tick_ns) * noise_.tick_ns;
  }

  double reference_ns_, candidate_ns_;
  Noise noise_;
  Rng rng_;
};

}  // namespace cudal1::measure
