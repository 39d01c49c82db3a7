// What people see while a model is trained.
#pragma once

#include <chrono>
#include <string>

#include "cudal1/cli/progress.h"
#include "cudal1/cli/screen.h"
#include "cudal1/train/trainer.h"

namespace cudal1::cli {

// "step 7/120, loss 2.310, 12345 tokens/s, 41 % of the GPU's peak, 3 min 20 s left"
std::string training_line(const train::StepReport& report, std::chrono::milliseconds left);

class TrainingProgress {
 public:
  explicit TrainingProgress(Screen& screen) : screen_(screen), progress_(screen) {}
  void show(const train::StepReport& report);

 private:
  using Clock = std::chrono::steady_clock;
  Screen& screen_;
  Progress progress_;
  Clock::time_point begin_ = Clock::now();
  int64_t shown_ = 0;  // steps of this process
};

}  // namespace cudal1::cli
