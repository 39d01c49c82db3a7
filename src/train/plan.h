// What a run will be, before it is one.
#pragma once

#include "cudal1/train/trainer.h"
#include "ingredients.h"

namespace cudal1::train {

// What is calculated on, and with.
struct Machine {
  std::string name;  // "NVIDIA H200", "CPU, 2 threads"
  bool is_gpu = false;
  int64_t element_bytes = 4;               // of a weight and an activation
  std::optional<double> flops_per_second;  // that training is expected to reach; none: unknown
};
Plan plan_of(const TrainConfig& config, const Ingredients& ingredients, const Machine& machine);

}  // namespace cudal1::train
