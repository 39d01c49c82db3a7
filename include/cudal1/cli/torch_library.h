// libcudal1_torch.so beside the executable: everything that needs Torch, opened by the commands
// that need it so that the others start at once.
#pragma once

#include <memory>

#include "cudal1/policy/model_policy.h"
#include "cudal1/program/check.h"
#include "cudal1/train/trainer.h"

namespace cudal1::cli {

// EnvironmentError when the library is missing or cannot be loaded.
const program::OperatorCatalog* operator_catalog();
int evaluate_worker_main();
// policy::open_model(), from there.
std::unique_ptr<policy::Policy> open_model(const policy::ModelOptions& options);
// train::train() and train::plan(), from there.
std::filesystem::path train_model(const train::TrainConfig& config,
                                  const train::RunOptions& options);
train::Plan plan_training(const train::TrainConfig& config);

}  // namespace cudal1::cli
