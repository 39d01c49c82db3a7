// One model, one step at a time; what is learned from which text is the algorithm's affair.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "cudal1/train/examples.h"
#include "cudal1/train/train_config.h"

namespace cudal1::train {

// Of one step, for progress and metrics.
struct StepReport {
  int64_t step = 0, steps = 0;  // done, in all
  double loss = 0;              // mean of what is learned in this step: nats per token
  double learning_rate = 0, gradient_norm = 0;
  int64_t tokens = 0;         // read in this step
  double seconds = 0;         // of the step itself: no held-out loss, no checkpoint
  double epochs = 0;          // done
  std::optional<double> mfu;  // of the GPU's dense peak in bfloat16; none elsewhere
  std::optional<double> heldout_loss;
};

struct Plan {
  int64_t parameters = 0, trained = 0, examples = 0, tokens = 0, steps = 0;
  double memory_bytes = 0;        // weights, gradients, moments, activations of a micro-batch
  std::optional<double> seconds;  // of all steps, estimated; none where the device is not known
  std::string device;             // "NVIDIA H200", "CPU, 2 threads"
};

struct RunOptions {
  std::filesystem::path folder;  // checkpoints, metrics, the resolved configuration
  bool resume = false;
  std::function<void()> on_ready;  // nothing that it starts from is missing, nothing is written yet
  std::function<void(const Plan&)> on_plan;
  std::function<void(const StepReport&)> on_step;
  std::stop_token stop;  // finishes the step, saves and returns
};

// Trains as `config` says; returns the Hugging Face folder of the result, or the last checkpoint's
// where it was stopped. An adapter lies beside the result, which has it merged. DataError where
// another run is in the folder.
std::filesystem::path train(const TrainConfig& config, const RunOptions& options);
// What train() would do, without doing it.
Plan plan(const TrainConfig& config);

}  // namespace cudal1::train
