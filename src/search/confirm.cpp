#include "confirm.h"

#include <algorithm>
#include <numeric>

#include "trials.h"

namespace cudal1::search {
namespace {

// Trials beyond the original, best first.
std::vector<size_t> promising(const State& state) {
  std::vector<size_t> trials;
  for (size_t trial = 1; trial < state.trials.size(); ++trial)
    if (lower_bound(state, trial) > 1) trials.push_back(trial);
  std::ranges::stable_sort(trials, std::greater{},
                           [&](size_t trial) { return lower_bound(state, trial); });
  return trials;
}

bool holds(const evaluate::Evaluation& evaluation) {
  const auto* passed = std::get_if<evaluate::Passed>(&evaluation.verdict);
  return passed && passed->measurement.decision == measure::Decision::kFaster;
}

}  // namespace

void confirm_best(const evaluate::Task& task, evaluate::Evaluator& evaluator,
                  const SearchOptions& options, Outcome& outcome) {
  for (size_t trial : promising(outcome.state)) {
    const bool interrupted = options.interrupted.stop_requested();
    if (outcome.passed_over.size() >= (interrupted ? 1 : options.confirmations)) return;
    evaluate::Evaluation again = evaluator.confirm(task, outcome.state.trials[trial].candidate);
    outcome.confirmed = holds(again);
    if (outcome.confirmed || !outcome.confirmation) outcome.confirmation = std::move(again);
    if (outcome.confirmed) {
      outcome.best = trial;
      return;
    }
    outcome.passed_over.push_back(trial);
  }
}

}  // namespace cudal1::search
