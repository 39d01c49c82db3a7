// eval: task and candidate → evaluator → verdict → report.
#include <algorithm>

#include "cli/evaluation_options.h"
#include "cudal1/cli/destination.h"
#include "cudal1/cli/eval_report.h"
#include "cudal1/cli/interrupt.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/load_task.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"

namespace cudal1::cli {
namespace {

ExitCode plan(const LoadedTask& loaded, const Settings& settings, Screen& screen) {
  screen.data("candidate  " + loaded.path + "\nreference  " + loaded.task.path + "\ndevice     " +
              settings.text("device") + "\ntrials     " + settings.text("trials") +
              "\nNothing was run: --dry-run.\n");
  return ExitCode::kDone;
}

// A program that cannot even be parsed has a verdict, too, for whoever reads the JSON.
void report_unusable(const Invocation& invocation, const UnusableProgram& error, Screen& screen) {
  const Settings& settings = invocation.settings;
  const auto file = std::ranges::find_if(
      invocation.arguments, [](const std::string& word) { return !parse_assignment(word); });
  if (!settings.is_set("json") || settings.is_set("reference") ||
      file == invocation.arguments.end())
    return;
  EvalResult result{.argv = invocation.argv, .candidate_path = *file, .reference_path = *file};
  result.device = invocation.services.device_name(evaluation_options(settings));
  result.evaluation.verdict =
      evaluate::CompileFailed{error.diagnostic.message, error.diagnostic.pos.line, ""};
  screen.write_json(settings.text("json"), eval_to_json(result));
}

LoadedTask load_or_report(const Invocation& invocation, Screen& screen) {
  try {
    return load_for_eval(invocation);
  } catch (const UnusableProgram& error) {
    report_unusable(invocation, error, screen);
    throw;
  }
}

// A program that does not compile even for itself is no input to go on with.
ExitCode code_of(const evaluate::Evaluation& evaluation, bool has_reference) {
  if (evaluation.passed()) return ExitCode::kDone;
  const bool compiles = !std::holds_alternative<evaluate::CompileFailed>(evaluation.verdict);
  return compiles || has_reference ? ExitCode::kNothingBetter : ExitCode::kData;
}

}  // namespace

ExitCode eval_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  if (settings.is_set("json") && settings.text("json") != "-")
    require_writable(settings.text("json"));
  const LoadedTask loaded = load_or_report(invocation, screen);
  evaluate::WorkerOptions options{.evaluation = evaluation_options(settings), .slots = 1};
  options.evaluation.thorough = true;
  options.evaluation.energy = settings.on("energy");
  if (settings.on("dry-run")) return plan(loaded, settings, screen);

  const InterruptScope interrupt;
  const auto evaluator = invocation.services.make_evaluator(options);
  screen.remark(loaded.path + " on " + evaluator->device());
  const auto evaluations = evaluator->evaluate(
      loaded.task, std::span(&loaded.candidate, 1), [](const auto&) {}, interrupt.token());
  if (evaluations.empty()) return ExitCode::kInterrupted;

  const EvalResult result{.argv = invocation.argv,
                          .candidate_path = loaded.path,
                          .reference_path = loaded.task.path,
                          .candidate_source = loaded.candidate.source,
                          .device = evaluator->device(),
                          .evaluation = evaluations[0]};
  screen.report(render_eval(result, screen.report_style()));
  screen.write_json(settings.text("json"), eval_to_json(result));
  return code_of(result.evaluation, loaded.has_reference);
}

}  // namespace cudal1::cli
