// What became of a training run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/cli/style.h"
#include "cudal1/train/trainer.h"

namespace cudal1::cli {

struct TrainResult {
  std::vector<std::string> argv;
  std::filesystem::path run_directory;
  std::filesystem::path folder;  // of the model, or of the last checkpoint where it was interrupted
  int64_t step = 0, steps = 0;   // done, in all
  std::optional<double> loss, heldout_loss;  // the last of this process
  bool interrupted() const { return step < steps; }
};

std::string render_plan(const train::Plan& plan);
std::string render_training(const TrainResult& result, const Style& style);
std::string training_to_json(const TrainResult& result);  // cudal1.train/1.0.0

}  // namespace cudal1::cli
