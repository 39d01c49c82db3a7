#include "cudal1/cli/train_progress.h"

#include "cudal1/cli/values.h"

namespace cudal1::cli {

std::string training_line(const train::StepReport& report, std::chrono::milliseconds left) {
  std::string text = "step " + std::to_string(report.step) + "/" + std::to_string(report.steps) +
                     ", loss " + show_fixed(report.loss, 3);
  if (report.seconds > 0)
    text += ", " + show_fixed(double(report.tokens) / report.seconds, 0) + " tokens/s";
  if (report.mfu) text += ", " + show_fixed(*report.mfu * 100, 0) + " % of the GPU's peak";
  return text + ", " + show_duration(left) + " left";
}

void TrainingProgress::show(const train::StepReport& report) {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_);
  ++shown_;
  progress_.show(training_line(report, elapsed * (report.steps - report.step) / shown_), elapsed);
  if (report.heldout_loss)
    screen_.remark("step " + std::to_string(report.step) + ": held-out loss " +
                   show_fixed(*report.heldout_loss, 4));
}

}  // namespace cudal1::cli
