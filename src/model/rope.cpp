#include "rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cudal1::model {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

std::vector<float> plain(const ModelConfig& config) {
  std::vector<float> frequencies;
  for (int64_t i = 0; i < config.head_dim; i += 2)
    frequencies.push_back(
        float(1 / std::pow(config.rope.theta, double(i) / double(config.head_dim))));
  return frequencies;
}

// Slow turns are slowed down further, fast ones left alone, those between blended.
void slow_down_llama3(const Rope& rope, std::vector<float>& frequencies) {
  const double original = double(rope.original_max_positions);
  for (float& frequency : frequencies) {
    const double wavelength = kTurn / frequency;
    const double blend = (original / wavelength - rope.low_frequency_factor) /
                         (rope.high_frequency_factor - rope.low_frequency_factor);
    const double kept = std::clamp(blend, 0.0, 1.0);
    frequency = float((1 - kept) * frequency / rope.factor + kept * frequency);
  }
}

// The pair that makes `turns` whole turns over the original context.
double pair_of_turns(const ModelConfig& config, double turns) {
  const Rope& rope = config.rope;
  return double(config.head_dim) * std::log(double(rope.original_max_positions) / (turns * kTurn)) /
         (2 * std::log(rope.theta));
}

void slow_down_yarn(const ModelConfig& config, std::vector<float>& frequencies) {
  const Rope& rope = config.rope;
  double low = pair_of_turns(config, rope.beta_fast), high = pair_of_turns(config, rope.beta_slow);
  if (rope.truncate) low = std::floor(low), high = std::ceil(high);
  low = std::max(low, 0.0);
  high = std::min(high, double(config.head_dim - 1));
  if (low == high) high += 0.001;
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const double slowed = std::clamp((double(i) - low) / (high - low), 0.0, 1.0);
    frequencies[i] = float(slowed * frequencies[i] / rope.factor + (1 - slowed) * frequencies[i]);
  }
}

double mscale_of(double factor, double mscale) {
  return factor <= 1 ? 1 : 0.1 * mscale * std::log(factor) + 1;
}

double yarn_scale(const Rope& rope) {
  if (rope.attention_factor) return *rope.attention_factor;
  if (rope.mscale && rope.mscale_all_dim)
    return mscale_of(rope.factor, *rope.mscale) / mscale_of(rope.factor, *rope.mscale_all_dim);
  return mscale_of(rope.factor, 1);
}

}  // namespace

RopeTable rope_table(const ModelConfig& config) {
  RopeTable table{plain(config), 1};
  switch (config.rope.kind) {
    case Rope::Kind::kDefault:
      break;
    case Rope::Kind::kLinear:
      for (float& frequency : table.inverse_frequencies) frequency /= float(config.rope.factor);
      break;
    case Rope::Kind::kLlama3:
      slow_down_llama3(config.rope, table.inverse_frequencies);
      break;
    case Rope::Kind::kYarn:
      slow_down_yarn(config, table.inverse_frequencies);
      table.scale = yarn_scale(config.rope);
      break;
  }
  return table;
}

}  // namespace cudal1::model
