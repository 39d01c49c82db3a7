// The learning rate of a step: up from 0 over the warm-up, then down to a share of its height.
#pragma once

#include "cudal1/train/train_config.h"

namespace cudal1::train {

double learning_rate(const TrainConfig& config, int64_t step, int64_t steps);  // step from 0

}  // namespace cudal1::train
