#include "cli/search_progress.h"

#include <algorithm>

#include "cudal1/cli/figures.h"

namespace cudal1::cli {
namespace {

std::string best_so_far(const search::State& state) {
  const search::Trial& best = state.trials[state.best];
  const auto* measurement = measurement_of(best.evaluation.verdict);
  if (state.best == 0 || !measurement) return "";
  return label(*measurement) + show_factor(measurement->speedup.median) + " with " +
         best.candidate.summary;
}

// The original is a trial, too, and does not count: neither here nor against --max-evals.
size_t expected_trials(const Settings& settings, size_t space) {
  const size_t limit = settings.count("max-evals").value_or(0);
  if (space == 0 || limit == 0) return std::max(space, limit);
  return std::min(space, limit);
}

std::string told(const search::Trial& trial) {
  const auto* measurement = measurement_of(trial.evaluation.verdict);
  return trial.candidate.summary + ": " + evaluate::word(trial.evaluation.verdict) +
         (measurement ? ", " + label(*measurement) + show_speedup(measurement->speedup)
                      : ": " + evaluate::message(trial.evaluation.verdict));
}

}  // namespace

std::function<void(const search::State&, const search::Trial&)> show_trials(
    Screen& screen, Progress& progress, const Settings& settings, size_t space) {
  return [&screen, &progress, failed = size_t{0}, total = expected_trials(settings, space),
          limit = settings.duration("max-time")](const search::State& state,
                                                 const search::Trial& trial) mutable {
    failed += !trial.evaluation.passed();
    screen.detail(told(trial));
    progress.show({.done = state.trials.size() - 1,
                   .total = total,
                   .failed = failed,
                   .best = best_so_far(state),
                   .elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(state.elapsed),
                   .limit = limit});
  };
}

}  // namespace cudal1::cli
