// optimize: task → evaluator → proposer → search → confirm → write → report.
#include <filesystem>

#include "cli/evaluation_options.h"
#include "cli/given_first.h"
#include "cli/search_progress.h"
#include "cudal1/cli/destination.h"
#include "cudal1/cli/figures.h"
#include "cudal1/cli/interrupt.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/load_task.h"
#include "cudal1/cli/optimize_report.h"
#include "cudal1/cli/progress.h"
#include "cudal1/cli/resume.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"
#include "cudal1/core/rng.h"
#include "cudal1/search/run_directory.h"
#include "cudal1/search/tuner.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;

// A resumed run is of the program it was started with, unless another is named (which is then
// refused if it differs).
Invocation with_arguments_of_run(Invocation invocation) {
  const std::string& resumed = invocation.settings.text("resume");
  if (!resumed.empty() && invocation.arguments.empty())
    invocation.arguments = arguments_of_run(resumed);
  return invocation;
}

void refuse_contradictions(const Settings& settings) {
  // The resumed run's own configuration may name the folder it is in.
  if (settings.is_set("resume") && settings.of("run-dir").source == "--run-dir")
    throw UsageError("--resume goes on in the run's own folder; --run-dir names another",
                     "Give one of them.");
  if (settings.count("max-evals") == 0)
    throw UsageError("--max-evals 0 leaves nothing to do",
                     "Use --dry-run to see what would be done.");
  if (settings.text("json") != "-" && settings.is_set("json"))
    require_writable(settings.text("json"));
}

search::RunDirectory open_run(const Invocation& invocation, const LoadedTask& loaded) {
  const Settings& settings = invocation.settings;
  search::Manifest manifest{.argv = invocation.argv,
                            .version = CUDAL1_VERSION,
                            .device = invocation.services.device_name(evaluation_options(settings)),
                            .task_path = loaded.path,
                            .task_id = loaded.task.id(),
                            .seed = settings.count("seed").value_or(secret_seed())};
  if (settings.is_set("resume"))
    return search::RunDirectory::resume(settings.text("resume"), manifest);
  std::optional<fs::path> at;
  if (settings.is_set("run-dir")) at = settings.text("run-dir");
  return search::RunDirectory::create(at, std::move(manifest), settings_to_json(settings));
}

struct Start {
  std::unique_ptr<program::Program> program;  // the proposer may look at it as long as it lives
  std::unique_ptr<search::Proposer> proposer;
};

Start make_start(const LoadedTask& loaded, uint64_t seed) {
  Start start{std::make_unique<program::Program>(require_program(
                  loaded.path, loaded.candidate.source, loaded.task.call, loaded.candidate.tune)),
              nullptr};
  start.proposer = search::make_tuner(loaded.task, *start.program, {.seed = seed});
  if (loaded.has_reference)
    start.proposer = given_first(loaded.candidate, std::move(start.proposer));
  return start;
}

evaluate::WorkerOptions worker_options(const Settings& settings, const fs::path& logs) {
  evaluate::EvaluationOptions evaluation = evaluation_options(settings);
  // Winners are confirmed with the full rule in any case.
  if (!settings.on("precise")) evaluation.stop_rule = measure::StopRule::exploring();
  evaluation.energy = settings.on("energy");
  return {.evaluation = evaluation,
          .slots = int(settings.count("slots").value_or(0)),
          .log_directory = logs};
}

std::vector<std::unique_ptr<search::StopCondition>> stop_conditions(const Settings& settings) {
  std::vector<std::unique_ptr<search::StopCondition>> conditions;
  if (const auto count = settings.count("max-evals"))
    conditions.push_back(search::stop_after_evals(*count));
  if (const auto limit = settings.duration("max-time"))
    conditions.push_back(search::stop_after_time(std::chrono::ceil<std::chrono::seconds>(*limit)));
  if (const auto count = settings.count("patience"))
    conditions.push_back(search::stop_without_gain(*count));
  return conditions;
}

search::Outcome search_with_progress(const LoadedTask& loaded, evaluate::Evaluator& evaluator,
                                     search::Proposer& proposer, const search::RunDirectory& run,
                                     const Settings& settings, Screen& screen) {
  const InterruptScope interrupt;
  Progress progress(screen);
  search::Journal journal = run.open_journal();
  if (journal.size() > 0)
    screen.remark(std::to_string(journal.size()) +
                  (journal.size() == 1 ? " evaluation is" : " evaluations are") +
                  " taken from the journal");
  const auto show = show_trials(screen, progress, settings, proposer.space());
  const auto keep_and_show = [&](const search::State& state, const search::Trial& trial) {
    run.save(trial.candidate);
    show(state, trial);
  };
  return search::search(loaded.task, evaluator, proposer,
                        {.stop = stop_conditions(settings),
                         .journal = &journal,
                         .progress = keep_and_show,
                         .interrupted = interrupt.token()});
}

std::string winner_source(const LoadedTask& loaded, const search::Outcome& outcome) {
  const evaluate::Candidate& winner = outcome.state.trials[outcome.best].candidate;
  auto parsed = program::parse(loaded.path, winner.source, {.tune = winner.tune, .defines = {}});
  return parsed ? program::render_tuned(*parsed, winner.tune) : winner.source;
}

fs::path write_winner(const Destination& destination, const OptimizeResult& result,
                      const search::RunDirectory& run) {
  try {
    return destination.write(result.winner_source);
  } catch (const OutputError& error) {
    throw OutputError(error.what(),
                      "Nothing is lost; this writes it elsewhere without evaluating again:\n"
                      "cudal1 optimize --resume " +
                          run.path().string() + " --output FILE");
  }
}

ExitCode exit_code(const OptimizeResult& result) {
  if (result.interrupted()) return ExitCode::kInterrupted;
  return result.improved() ? ExitCode::kDone : ExitCode::kNothingBetter;
}

ExitCode plan(const LoadedTask& loaded, const Destination& destination, const Settings& settings,
              Screen& screen) {
  const Start start = make_start(loaded, 0);
  const program::Program& program = *start.program;
  const size_t space = start.proposer->space();
  evaluation_options(settings);
  std::string kernels, inputs;
  for (const program::Kernel& kernel : program.kernels())
    kernels += (kernels.empty() ? "" : ", ") + kernel.name;
  for (const std::string& name : program.input_functions())
    inputs += (inputs.empty() ? "" : ", ") + name;
  std::string text = "program    " + loaded.path + "\nreference  " + loaded.task.path +
                     "\nentry      " + program.entry() + "\ninputs     " + inputs +
                     "\nkernels    " + kernels + "\n";
  for (const program::TuneParam& param : program.tune_params()) {
    text += "tune       " + param.name + " =";
    for (const std::string& value : param.values) text += " " + value;
    text += " (" + program.tune().at(param.name) + ")\n";
  }
  text += "variants   " + (space ? std::to_string(space) : std::string("unbounded")) +
          ", at most " + settings.text("max-evals") + " evaluated\ndevice     " +
          settings.text("device") + "\noutput     " + destination.preview().string() + "\n";
  screen.data(text + "Nothing was run: --dry-run.\n");
  return ExitCode::kDone;
}

}  // namespace

ExitCode optimize_command(const Invocation& given, Screen& screen) {
  refuse_contradictions(given.settings);
  const Invocation invocation = with_arguments_of_run(given);
  const Settings& settings = invocation.settings;
  const LoadedTask loaded = load_for_optimize(invocation);
  const Destination destination(loaded.path, settings.text("output"));
  if (settings.on("dry-run")) return plan(loaded, destination, settings, screen);

  const search::RunDirectory run = open_run(invocation, loaded);
  const auto evaluator =
      invocation.services.make_evaluator(worker_options(settings, run.log_directory()));
  const Start start = make_start(loaded, run.manifest().seed);
  screen.remark(loaded.path + " on " + evaluator->device() + "; run directory " +
                run.path().string());
  const search::Outcome outcome =
      search_with_progress(loaded, *evaluator, *start.proposer, run, settings, screen);

  OptimizeResult result{.argv = invocation.argv,
                        .input = loaded.path,
                        .reference = loaded.has_reference ? loaded.task.path : "",
                        .original_source = loaded.candidate.source,
                        .winner_source = winner_source(loaded, outcome),
                        .run_directory = run.path(),
                        .device = evaluator->device(),
                        .space = start.proposer->space(),
                        .outcome = &outcome};
  if (outcome.best != 0) result.output = write_winner(destination, result, run);
  screen.report(render_optimize(result, screen.report_style()));
  screen.write_json(settings.text("json"), optimize_to_json(result));
  return exit_code(result);
}

}  // namespace cudal1::cli
