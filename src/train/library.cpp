// Training's door to the executable, which links no torch.
#include "cudal1/train/trainer.h"

extern "C" void cudal1_train(const cudal1::train::TrainConfig* config,
                             const cudal1::train::RunOptions* options,
                             std::filesystem::path* result) {
  *result = cudal1::train::train(*config, *options);
}

extern "C" void cudal1_plan_training(const cudal1::train::TrainConfig* config,
                                     cudal1::train::Plan* result) {
  *result = cudal1::train::plan(*config);
}
