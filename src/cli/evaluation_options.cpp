#include "cli/evaluation_options.h"

#include <filesystem>

#include "cudal1/core/error.h"

namespace cudal1::cli {
namespace {

evaluate::DeviceKind device_kind(const std::string& name) {
  if (name == "cuda") return evaluate::DeviceKind::kCuda;
  return name == "sim" ? evaluate::DeviceKind::kSim : evaluate::DeviceKind::kAuto;
}

}  // namespace

evaluate::EvaluationOptions evaluation_options(const Settings& settings) {
  evaluate::EvaluationOptions options;
  options.device = device_kind(settings.text("device"));
  options.gpu_spec = settings.text("gpu-spec");
  if (!options.gpu_spec.empty() && !std::filesystem::is_regular_file(options.gpu_spec))
    throw DataError("there is no GPU description " + options.gpu_spec,
                    "Those that come with cudal1 are in configs/gpus/.");
  options.trials = uint32_t(settings.count("trials").value_or(options.trials));
  if (options.trials == 0 || options.trials > 1000)
    throw UsageError("--trials must be between 1 and 1000, not " + settings.text("trials"));
  if (settings.text("tolerance") == "kernelbench") options.tolerance = evaluate::ToleranceRule::kKernelBench;
  options.seed = settings.count("seed");
  return options;
}

}  // namespace cudal1::cli
