// train: configuration → run folder → training → report.
#include <filesystem>

#include "cudal1/cli/destination.h"
#include "cudal1/cli/interrupt.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/train_progress.h"
#include "cudal1/cli/train_report.h"
#include "cudal1/core/files.h"
#include "cudal1/core/run_path.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;

// FILE and --config FILE are the same.
std::vector<std::string> given_files(const Invocation& invocation) {
  std::vector<std::string> files = invocation.arguments;
  const auto& named = invocation.settings.of("config").values;
  files.insert(files.end(), named.begin(), named.end());
  return files;
}

void refuse_contradictions(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  const size_t files = given_files(invocation).size();
  if (settings.is_set("resume")) {
    if (files > 0)
      throw UsageError("--resume goes on with the run's own configuration; another file is given",
                       "Leave it out, or start a new run without --resume.");
    if (settings.of("run-dir").source == "--run-dir")
      throw UsageError("--resume goes on in the run's own folder; --run-dir names another",
                       "Give one of them.");
  } else if (files != 1) {
    throw UsageError(files == 0 ? "train needs a configuration: cudal1 train FILE"
                                : "train takes one configuration, not " + std::to_string(files),
                     "configs/train/sft_tiny.json is an example.");
  }
  if (settings.is_set("json") && settings.text("json") != "-")
    require_writable(settings.text("json"));
}

train::TrainConfig config_of(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  if (!settings.is_set("resume")) return train::read_train_config(given_files(invocation)[0]);
  const fs::path saved = fs::path(settings.text("resume")) / "config.json";
  if (!fs::exists(saved))
    throw DataError("there is no run in '" + settings.text("resume") + "': it has no config.json",
                    "Runs are in cudal1-runs/, unless --run-dir chose another place.");
  return train::read_train_config(saved);
}

void refuse_occupied(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    throw OutputError("the run directory '" + folder.string() + "' is there already and not empty",
                      "Resume it with --resume, or choose another with --run-dir.");
}

fs::path choose_folder(const Settings& settings) {
  if (settings.is_set("resume")) return settings.text("resume");
  const fs::path folder =
      settings.is_set("run-dir") ? fs::path(settings.text("run-dir")) : new_run_path("train");
  refuse_occupied(folder);
  return folder;
}

// With the configuration that a resumed run goes on with. Much time may have passed since it was
// chosen.
void make_folder(const fs::path& folder, const train::TrainConfig& config) {
  refuse_occupied(folder);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw OutputError("cannot create the directory '" + folder.string() + "': " + error.message(),
                      "Choose another place with --run-dir.");
  write_file_atomically(folder / "config.json", train::to_json(config));
}

void take(const train::StepReport& report, TrainResult& result) {
  result.step = report.step;
  result.steps = report.steps;
  result.loss = report.loss;
  if (report.heldout_loss) result.heldout_loss = report.heldout_loss;
}

TrainResult train_with_progress(const Invocation& invocation, const train::TrainConfig& config,
                                const fs::path& folder, Screen& screen) {
  const InterruptScope interrupt;
  TrainingProgress progress(screen);
  TrainResult result{.argv = invocation.argv, .run_directory = folder};
  const bool resume = invocation.settings.is_set("resume");
  const auto on_ready = [&] {
    if (!resume) make_folder(folder, config);
  };
  const auto on_plan = [&](const train::Plan& plan) {
    result.steps = plan.steps;
    screen.remark(render_plan(plan) + "run directory " + folder.string());
  };
  const auto on_step = [&](const train::StepReport& report) {
    take(report, result);
    progress.show(report);
  };
  result.folder = invocation.services.train(config, {.folder = folder,
                                                     .resume = resume,
                                                     .on_ready = on_ready,
                                                     .on_plan = on_plan,
                                                     .on_step = on_step,
                                                     .stop = interrupt.token()});
  // A run that was over already has reported no step.
  if (!result.loss && !interrupt.token().stop_requested()) result.step = result.steps;
  return result;
}

}  // namespace

ExitCode train_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  refuse_contradictions(invocation);
  const train::TrainConfig config = config_of(invocation);
  if (settings.on("dry-run")) {
    screen.data(render_plan(invocation.services.plan_training(config)) +
                "Nothing was run: --dry-run.\n");
    return ExitCode::kDone;
  }
  const fs::path folder = choose_folder(settings);
  const TrainResult result = train_with_progress(invocation, config, folder, screen);
  screen.report(render_training(result, screen.report_style()));
  screen.write_json(settings.text("json"), training_to_json(result));
  return result.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace cudal1::cli
