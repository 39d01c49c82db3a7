#include "cudal1/evaluate/device_choice.h"

#include <filesystem>

#include "cudal1/core/error.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/gpu/driver.h"
#include "cudal1/sim/predict.h"

namespace cudal1::evaluate {
namespace {

namespace fs = std::filesystem;

// build/cudal1 → configs/ of the same checkout.
fs::path default_spec() {
  return executable_path().parent_path().parent_path() / "configs" / "gpus" / "h200.json";
}

DeviceChoice sim(const std::string& gpu_spec, std::string reason) {
  const fs::path file = fs::absolute(gpu_spec.empty() ? default_spec() : fs::path(gpu_spec));
  return {DeviceKind::kSim, sim::read_gpu_spec(file).architecture, file.string(),
          std::move(reason)};
}

}  // namespace

DeviceChoice choose_device(DeviceKind wanted, const std::string& gpu_spec) {
  if (wanted == DeviceKind::kSim) return sim(gpu_spec, "");
  std::string why;
  const auto driver = gpu::Driver::load(&why);
  if (!driver && wanted == DeviceKind::kCuda)
    throw EnvironmentError("no GPU: " + why,
                           "Use --device sim to run on the simulated GPU, or see `cudal1 doctor`.");
  if (!driver) return sim(gpu_spec, why);
  const gpu::DeviceInfo info = driver->device_info(0);
  return {DeviceKind::kCuda, "sm_" + std::to_string(info.major * 10 + info.minor), "", ""};
}

}  // namespace cudal1::evaluate
