#include "cudal1/cli/train_report.h"

#include <gtest/gtest.h>

#include "cudal1/cli/train_progress.h"
#include "golden.h"

namespace cudal1::cli {
namespace {

TrainResult sample() {
  return {.argv = {"cudal1", "train", "sft.json"},
          .run_directory = "cudal1-runs/train-20260131T120000Z",
          .folder = "cudal1-runs/train-20260131T120000Z/model",
          .step = 1200,
          .steps = 1200,
          .loss = 1.25,
          .heldout_loss = 1.375};
}

TrainResult interrupted() {
  TrainResult result = sample();
  result.folder = result.run_directory / "checkpoints/step-00000007";
  result.step = 7;
  result.heldout_loss.reset();
  return result;
}

TEST(TrainReport, SaysWhereTheModelIsAndHowToGoOn) {
  expect_golden("train.txt", render_training(sample(), Style{}) + "\n" +
                                 render_training(interrupted(), Style{}));
  expect_golden("train.json", training_to_json(sample()) + training_to_json(interrupted()));
}

TEST(TrainReport, PlansNameWhatWillBeDone) {
  expect_golden("train-plan.txt", render_plan({.parameters = 494032768,
                                               .trained = 494032768,
                                               .examples = 12000,
                                               .tokens = 7654321,
                                               .steps = 117,
                                               .memory_bytes = 1.25e10,
                                               .seconds = 605,
                                               .device = "NVIDIA H200"}));
}

TEST(TrainReport, ProgressIsALine) {
  train::StepReport report;
  report.step = 7, report.steps = 120, report.loss = 2.31, report.tokens = 8192;
  report.seconds = 0.5;
  EXPECT_EQ(training_line(report, std::chrono::seconds(200)),
            "step 7/120, loss 2.310, 16384 tokens/s, 3 min 20 s left");
  report.mfu = 0.41;
  EXPECT_EQ(training_line(report, std::chrono::seconds(12)),
            "step 7/120, loss 2.310, 16384 tokens/s, 41 % of the GPU's peak, 12 s left");
}

}  // namespace
}  // namespace cudal1::cli
