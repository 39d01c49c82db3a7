#include "cudal1/cli/optimize_report.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "cli/measurement_report.h"
#include "cudal1/cli/diff.h"
#include "cudal1/cli/eval_report.h"
#include "cudal1/cli/figures.h"
#include "cudal1/cli/table.h"
#include "cudal1/cli/values.h"

namespace cudal1::cli {
namespace {

constexpr size_t kShownVariants = 5;

const evaluate::Measurement* measurement_of(const search::Trial& trial) {
  return cli::measurement_of(trial.evaluation.verdict);
}

// Of the last confirmation; null where there was none or it did not pass.
const evaluate::Measurement* confirmed_measurement(const OptimizeResult& result) {
  const auto& confirmation = result.outcome->confirmation;
  return confirmation ? cli::measurement_of(confirmation->verdict) : nullptr;
}

// Passed trials, best lower bound first; the original is not among them.
std::vector<const search::Trial*> best_variants(const search::State& state) {
  std::vector<const search::Trial*> passed;
  for (size_t i = 1; i < state.trials.size(); ++i)
    if (state.trials[i].evaluation.passed()) passed.push_back(&state.trials[i]);
  std::ranges::stable_sort(passed, std::greater{}, [](const search::Trial* trial) {
    return trial->evaluation.speedup_low();
  });
  if (passed.size() > kShownVariants) passed.resize(kShownVariants);
  return passed;
}

bool is_predicted(const search::State& state) {
  return std::ranges::any_of(state.trials, [](const search::Trial& trial) {
    const auto* measurement = measurement_of(trial);
    return measurement && measurement->predicted;
  });
}

std::vector<std::string> cells(const search::Trial& trial, const std::string& rank) {
  const auto* measurement = measurement_of(trial);
  if (!measurement)
    return {rank, clipped(trial.candidate.summary, 40),     "–",
            "–",  evaluate::word(trial.evaluation.verdict), "–"};
  return {rank,
          clipped(trial.candidate.summary, 40),
          show_time(measurement->reference_ns),
          show_time(measurement->candidate_ns),
          show_speedup(measurement->speedup),
          show_roofline(*measurement)};
}

std::string variants_table(const OptimizeResult& result, const Style& style) {
  const search::State& state = result.outcome->state;
  const std::string prefix = is_predicted(state) ? "predicted " : "";
  Table table({{""},
               {"variant"},
               {prefix + "baseline", Align::kRight},
               {prefix + "candidate", Align::kRight},
               {prefix + "speedup", Align::kRight},
               {prefix + "% of roofline", Align::kRight}});
  size_t rank = 0;
  for (const search::Trial* trial : best_variants(state))
    table.row(cells(*trial, std::to_string(++rank)));
  if (!state.trials.empty()) table.row(cells(state.trials[0], ""));
  return table.render(style, 2);
}

std::string failures_line(const OptimizeResult& result) {
  std::map<std::string, size_t> failures;
  size_t total = 0;
  for (const search::Trial& trial : result.outcome->state.trials)
    if (!trial.evaluation.passed()) ++failures[evaluate::word(trial.evaluation.verdict)], ++total;
  if (total == 0) return "";
  std::string parts;
  for (const auto& [word, count] : failures)
    parts += (parts.empty() ? "" : ", ") + std::to_string(count) + " " + word;
  return std::to_string(total) + " did not pass (" + parts + "); why is in " +
         (result.run_directory / "journal.jsonl").string() + "\n";
}

std::string head_line(const OptimizeResult& result, const Style& style) {
  const search::State& state = result.outcome->state;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(state.elapsed);
  std::string text =
      style.bold(result.input) + " on " + result.device + ": " +
      std::to_string(state.trials.size() - std::min<size_t>(1, state.trials.size())) +
      " and the original evaluated";
  if (!result.reference.empty()) text += " against " + result.reference;
  return text + " in " + show_duration(elapsed) + ", stopped by " + result.outcome->stopped_by +
         "\n";
}

std::string outcome_line(const OptimizeResult& result, const Style& style) {
  if (!result.improved())
    return style.yellow("Nothing faster was found.") + " The original stays as it is.\n";
  const auto* measurement = confirmed_measurement(result);
  const std::string winner = result.outcome->state.trials[result.outcome->best].candidate.summary;
  if (!measurement) return style.green("Faster: " + winner) + "\n";
  return style.green("Faster: " + label(*measurement) + show_speedup(measurement->speedup)) +
         " with " + winner + ", confirmed in a fresh process; written to " +
         style.bold(result.output.string()) + "\n";
}

// Of the original's own trial: what the search knew of the task and of the machine before it began.
std::string conditions(const OptimizeResult& result, const Style& style) {
  const search::State& state = result.outcome->state;
  if (state.trials.empty()) return "";
  std::string text;
  for (const std::string& reason : state.trials[0].evaluation.weak)
    text += detail("weak task", style.yellow(reason));
  const auto* itself = measurement_of(state.trials[0]);
  const auto* confirmed = confirmed_measurement(result);
  if (itself && itself->noise_floor > 0)
    text += render_noise_floor(*itself, "the original");
  else if (confirmed)
    text += render_noise_floor(*confirmed, "the reference");
  return text.empty() ? "" : text + "\n";
}

std::string confirmed_figures(const OptimizeResult& result, const Style& style) {
  const auto* measurement = confirmed_measurement(result);
  return measurement ? render_confirmation(*measurement, style) : "";
}

// Why the best of the search is not told as faster: a confirmation that measured something else.
std::string not_confirmed(const OptimizeResult& result) {
  const auto* measurement = confirmed_measurement(result);
  if (result.improved() || !measurement || measurement->reason.empty()) return "";
  return "The best of the search, measured again: " +
         std::string(measure::to_string(measurement->decision)) + ", " + measurement->reason + "\n";
}

std::string next_line(const OptimizeResult& result) {
  const std::string resume = "cudal1 optimize --resume " + result.run_directory.string();
  if (result.interrupted()) return resume;
  if (result.improved()) {
    const std::string against = result.reference.empty() ? result.input : result.reference;
    const std::string eval = "cudal1 eval " + result.output.string() + " --reference " + against;
    return is_predicted(result.outcome->state)
               ? eval + " --device cuda   (on a GPU: measures what is only predicted here)"
               : eval;
  }
  const search::State& state = result.outcome->state;
  const std::string& why = result.outcome->stopped_by;
  if (why.starts_with("max-time")) {
    const auto spent = std::chrono::duration_cast<std::chrono::seconds>(state.elapsed).count();
    return resume + " --max-time " + std::to_string(std::max<int64_t>(2 * spent, 60)) + "s";
  }
  if (why.starts_with("no-gain"))
    return resume + " --patience " +
           std::to_string(std::max<size_t>(2 * state.since_improvement, 50));
  if (why != "space exhausted")
    return resume + " --max-evals " +
           std::to_string(std::max<size_t>(2 * state.trials.size(), 400));
  return "leave more choices open in the program, as in: #pragma kernel tune(BLOCK=128, 256, 512) "
         "default(256)";
}

std::string original_failure(const OptimizeResult& result) {
  const search::State& state = result.outcome->state;
  if (state.trials.empty() || state.trials[0].evaluation.passed()) return "";
  const std::string& path = result.reference.empty() ? result.input : result.reference;
  return "The original itself did not pass:\n" +
         render_failure(state.trials[0].evaluation.verdict, path,
                        result.reference.empty() ? result.original_source : "");
}

}  // namespace

std::string render_optimize(const OptimizeResult& result, const Style& style) {
  std::string text = head_line(result, style) + "\n" + variants_table(result, style) + "\n" +
                     conditions(result, style) + failures_line(result) + original_failure(result) +
                     outcome_line(result, style) + not_confirmed(result);
  if (result.improved()) {
    text += confirmed_figures(result, style);
    text += "\n" + unified_diff(result.original_source, result.winner_source,
                                {.from = result.input, .to = result.output.string()}, style);
  }
  return text + "\n" + style.bold("next:") + " " + next_line(result) + "\n";
}

}  // namespace cudal1::cli
