#include "cudal1/cli/device_name.h"

#include "cudal1/core/error.h"
#include "cudal1/gpu/driver.h"

namespace cudal1::cli {

std::string device_name(const evaluate::EvaluationOptions& options) {
  std::string why;
  if (options.device != evaluate::DeviceKind::kSim) {
    if (const auto driver = gpu::Driver::load(&why)) return driver->device_info(0).name;
  }
  if (options.device == evaluate::DeviceKind::kCuda)
    throw EnvironmentError(
        "--device cuda, but there is no usable GPU: " + why,
        "cudal1 doctor tells what is missing; --device sim predicts times without a GPU.");
  return "sim of " +
         (options.gpu_spec.empty() ? std::string("configs/gpus/h200.json") : options.gpu_spec);
}

}  // namespace cudal1::cli
