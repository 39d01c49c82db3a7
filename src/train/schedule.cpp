#include "schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cudal1::train {

double learning_rate(const TrainConfig& config, int64_t step, int64_t steps) {
  const double height = config.learning_rate;
  if (step < config.warmup_steps) return height * double(step + 1) / double(config.warmup_steps);
  if (config.schedule == Schedule::kConstant) return height;
  const double falling = double(std::max<int64_t>(1, steps - config.warmup_steps));
  const double done = std::min(1.0, double(step - config.warmup_steps) / falling);
  const double left =
      config.schedule == Schedule::kLinear ? 1 - done : (1 + std::cos(std::numbers::pi * done)) / 2;
  return height * (config.final_share + (1 - config.final_share) * left);
}

}  // namespace cudal1::train
