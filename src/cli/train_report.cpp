#include "cudal1/cli/train_report.h"

#include "cli/json_parts.h"
#include "cli/measurement_report.h"
#include "cudal1/cli/values.h"

namespace cudal1::cli {
namespace {

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string gibibytes(double bytes) {
  return show_fixed(bytes / double(uint64_t{1} << 30), 2) + " GiB";
}

}  // namespace

std::string render_plan(const train::Plan& plan) {
  return detail("device", plan.device) +
         detail("parameters", std::to_string(plan.parameters) + ", " +
                                  std::to_string(plan.trained) + " trained") +
         detail("memory", gibibytes(plan.memory_bytes) + ", estimated") +
         detail("examples",
                std::to_string(plan.examples) + ", " + std::to_string(plan.tokens) + " tokens") +
         detail("steps", std::to_string(plan.steps)) +
         (plan.seconds
              ? detail("time",
                       show_duration(std::chrono::milliseconds(int64_t(*plan.seconds * 1000))) +
                           ", estimated")
              : "");
}

std::string render_training(const TrainResult& result, const Style& style) {
  const std::string done = std::to_string(result.step) + " of " + std::to_string(result.steps);
  std::string text =
      detail(result.interrupted() ? "checkpoint" : "model", style.bold(result.folder.string())) +
      detail("steps", done);
  if (result.loss) text += detail("loss", show_fixed(*result.loss, 4));
  if (result.heldout_loss) text += detail("held-out loss", show_fixed(*result.heldout_loss, 4));
  if (!result.interrupted()) return text;
  return text + "Interrupted; this goes on: cudal1 train --resume " +
         result.run_directory.string() + "\n";
}

std::string training_to_json(const TrainResult& result) {
  Json json = result_head("cudal1.train/1.0.0", result.argv);
  json["run_directory"] = result.run_directory.string();
  json["folder"] = result.folder.string();
  json["interrupted"] = result.interrupted();
  json["steps_done"] = result.step;
  json["steps"] = result.steps;
  json["loss"] = or_null(result.loss);
  json["heldout_loss"] = or_null(result.heldout_loss);
  return dumped(json);
}

}  // namespace cudal1::cli
